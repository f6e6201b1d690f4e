// Tells when the pen rests: some time after the drawing last changed, unless the pen is down again.
let running;

export default function ({ data, setTriggerValue }) {
    running?.abort();
    const mine = (running = new AbortController());
    let drawing = false;
    let timer;

    const rest = () => {
        clearTimeout(timer);
        timer = setTimeout(() => setTriggerValue("rested", true), data.milliseconds);
    };
    const touch = (event) => {
        drawing = Boolean(event.target.closest?.(`.st-key-${data.paper}`));
        if (drawing) clearTimeout(timer);
    };
    const lift = () => {
        if (drawing) rest();
        drawing = false;
    };
    const change = () => {
        if (!drawing) rest();
    };
    const listeners = { pointerdown: touch, pointerup: lift, pointercancel: lift, "drawing-changed": change };
    for (const [name, listener] of Object.entries(listeners)) {
        document.addEventListener(name, listener, { capture: true, signal: mine.signal });
    }
    mine.signal.addEventListener("abort", () => clearTimeout(timer));
    return () => mine.abort();
}
