// Frames the digits on the paper, or says there what to do, until the drawing changes.
const SPACE = 8;
const LABEL = { width: 24, height: 26 };

let running;
let outdated = "";

const frame = ({ digit, box: [left, top, width, height], chosen }, paper) => {
    const x = Math.max(2, left - SPACE);
    const y = Math.max(2, top - SPACE);
    const right = Math.min(paper.width - 2, left + width + SPACE);
    const bottom = Math.min(paper.height - 2, top + height + SPACE);
    const labelTop = y > LABEL.height + 4 ? y - LABEL.height - 4 : y;
    return `<g class="${chosen ? "chosen" : "other"}">
        <rect class="frame" x="${x}" y="${y}" width="${right - x}" height="${bottom - y}" rx="10"/>
        <rect class="label" x="${x}" y="${labelTop}" width="${LABEL.width}" height="${LABEL.height}" rx="7"/>
        <text x="${x + LABEL.width / 2}" y="${labelTop + 19}">${Number(digit)}</text>
    </g>`;
};

export default function ({ data, parentElement }) {
    running?.abort();
    const mine = (running = new AbortController());
    const root = parentElement.querySelector(".root");

    const frames = data.drawing === outdated ? [] : data.digits.map((digit) => frame(digit, data));
    const size = `viewBox="0 0 ${data.width} ${data.height}" width="${data.width}" height="${data.height}"`;
    const hint = data.hint ? `<text class="hint" x="50%" y="50%"></text>` : "";
    root.innerHTML = frames.length || hint ? `<svg ${size} aria-hidden="true">${hint}${frames.join("")}</svg>` : "";
    if (hint) root.querySelector(".hint").textContent = data.hint;

    const hide = () => {
        outdated = data.drawing;
        root.replaceChildren();
    };
    document.addEventListener("drawing-changed", hide, { signal: mine.signal });
    return () => mine.abort();
}
