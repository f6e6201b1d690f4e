// The canvas reports a stroke 200 ms after the pen has left it. A button that uses the drawing must not be
// quicker than that, or it would use the drawing as it was before: its click is held back for so long.
const REPORTED_WITHIN_MS = 250;

let drawing = false;
let lifted = -Infinity;

const lift = () => {
    if (drawing) lifted = performance.now();
    drawing = false;
};

export default function ({ data }) {
    const within = (event, key) => event.target.closest?.(`.st-key-${key}`);

    const touch = (event) => {
        drawing = Boolean(within(event, data.canvas));
    };
    const hold = (event) => {
        const wait = lifted + REPORTED_WITHIN_MS - performance.now();
        if (wait <= 0 || !within(event, data.button)) return;
        event.stopImmediatePropagation();
        setTimeout(() => event.target.click(), wait);
    };

    const listeners = { pointerdown: touch, pointerup: lift, pointercancel: lift, click: hold };
    for (const [type, listener] of Object.entries(listeners)) document.addEventListener(type, listener, true);
    return () => {
        for (const [type, listener] of Object.entries(listeners)) document.removeEventListener(type, listener, true);
    };
}
