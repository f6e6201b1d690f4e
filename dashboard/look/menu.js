// In a narrow window the menu lies over the page, so it closes when a page is chosen. Streamlit does that only on what
// calls itself a phone.
const NARROW_PX = 768;
const SLIDES_WITHIN_MS = 400;
const LINK = "[data-testid=stSidebar] a";

let running;

const isOpen = () => document.querySelector("[data-testid=stSidebar]")?.getBoundingClientRect().left >= 0;

export default function () {
    running?.abort();
    const mine = (running = new AbortController());
    const close = () => {
        if (isOpen()) document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
    };
    const click = (event) => {
        if (window.innerWidth < NARROW_PX && event.target.closest?.(LINK)) setTimeout(close, SLIDES_WITHIN_MS);
    };
    document.addEventListener("click", click, { capture: true, signal: mine.signal });
    return () => mine.abort();
}
