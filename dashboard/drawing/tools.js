// Undo and redo, by button and by key. The canvas has a toolbar of its own, but it shows on hover only, which no
// finger can do: this one works it from outside. So does Clear Canvas, and Predict has it hand in the last stroke.
// A pen just chosen is in the canvas's hand only after the server was asked: until then, the paper takes no stroke.
const NAMES = {
    undo: "Undo",
    redo: "Redo",
    clear: "Reset canvas & history",
    report: "Update the app with this drawing",
};
const PATHS = {
    undo: "M9 14 4 9l5-5 M4 9h10a6 6 0 0 1 0 12h-2",
    redo: "M15 14l5-5-5-5 M20 9H10a6 6 0 0 0 0 12h2",
};
// The canvas reports a stroke 200 ms after the pen has left it.
const REPORTED_WITHIN_MS = 250;
const LOOK_AGAIN_MS = 50;
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a, summary";

const within = (event, key) => Boolean(event.target.closest?.(`.st-key-${key}`));

const toolbarIn = (paper) =>
    [...document.querySelectorAll(`.st-key-${paper} *`)]
        .map((host) => host.shadowRoot?.querySelector(".dc-toolbar"))
        .find(Boolean);

const button = (tool, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.title = made.ariaLabel = NAMES[tool];
    made.disabled = true;
    made.innerHTML = `<svg viewBox="0 0 24 24"><path d="${PATHS[tool]}"/></svg>`;
    made.addEventListener("click", press);
    return made;
};

const wishOf = (event) => {
    if (event.key === "Enter") return "predict";
    const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    if (key === "y" || (key === "z" && event.shiftKey)) return "redo";
    return key === "z" ? "undo" : "";
};

const tellChange = () => document.dispatchEvent(new CustomEvent("drawing-changed"));

let running;

export default function ({ data, parentElement }) {
    running?.abort();
    const mine = (running = new AbortController());
    let drawing = false;
    let lifted = -Infinity;
    let toolbar;

    const theirs = (tool) => toolbar?.querySelector(`[aria-label="${NAMES[tool]}"]`);
    const change = (tool) => {
        theirs(tool)?.click();
        tellChange();
    };
    const buttons = { undo: button("undo", () => change("undo")), redo: button("redo", () => change("redo")) };
    parentElement.querySelector(".root").replaceChildren(...Object.values(buttons));

    const mirror = () => {
        for (const [tool, ours] of Object.entries(buttons)) ours.disabled = theirs(tool)?.disabled ?? true;
    };
    const attach = () => {
        toolbar = toolbarIn(data.paper);
        if (!toolbar) {
            if (!mine.signal.aborted) setTimeout(attach, LOOK_AGAIN_MS);
            return;
        }
        toolbar.style.visibility = "hidden";
        const observer = new MutationObserver(mirror);
        observer.observe(toolbar, { subtree: true, attributeFilter: ["disabled"] });
        mine.signal.addEventListener("abort", () => observer.disconnect());
        mirror();
    };
    attach();

    const pens = document.querySelector(`.st-key-${data.pens}`);
    const paper = document.querySelector(`.st-key-${data.paper}`);
    const holdPaper = () => {
        const chosen = pens?.querySelector('[aria-checked="true"]')?.textContent.trim() ?? data.pen;
        paper?.toggleAttribute("inert", chosen !== data.pen);
    };
    if (pens) {
        const chooser = new MutationObserver(holdPaper);
        chooser.observe(pens, { subtree: true, childList: true, attributeFilter: ["aria-checked"] });
        mine.signal.addEventListener("abort", () => chooser.disconnect());
    }
    holdPaper();

    const touch = (event) => {
        drawing = within(event, data.paper);
        if (drawing) tellChange();
    };
    const lift = () => {
        if (drawing) lifted = performance.now();
        drawing = false;
    };
    const click = (event) => {
        if (within(event, data.clear)) change("clear");
        const reported = performance.now() > lifted + REPORTED_WITHIN_MS;
        if (within(event, data.predict) && !reported) theirs("report")?.click();
    };
    const type = (event) => {
        const [target] = event.composedPath();
        const wish = event.repeat || target.closest?.(TYPED_INTO) ? "" : wishOf(event);
        if (!wish || (wish === "predict" && target.closest?.(PRESSED))) return;
        event.preventDefault();
        if (wish === "predict") document.querySelector(`.st-key-${data.predict} button`)?.click();
        else change(wish);
    };
    const listeners = { pointerdown: touch, pointerup: lift, pointercancel: lift, click, keydown: type };
    for (const [name, listener] of Object.entries(listeners)) {
        document.addEventListener(name, listener, { capture: true, signal: mine.signal });
    }
    return () => mine.abort();
}
