// Says what part of the stream is away, in the words of /api/health, and no more once it is back.
const CALM_MS = 4000;
const ALERT_MS = 1500;
const PATIENCE_MS = 8000;
const UNREACHABLE = "The dashboard's server does not answer. This page goes on by itself as soon as it does.";

let running;

const troubleNow = async () => {
    try {
        const answer = await fetch(new URL("api/health", document.baseURI), { signal: AbortSignal.timeout(PATIENCE_MS) });
        const health = await answer.json().catch(() => ({}));
        return health.trouble ?? "";
    } catch {
        return UNREACHABLE;
    }
};

export default function ({ parentElement }) {
    running?.abort();
    const mine = (running = new AbortController());
    const root = parentElement.querySelector(".root");
    let timer;

    const show = (trouble) => {
        if (root.textContent === trouble) return;
        root.textContent = trouble;
        root.setAttribute("role", trouble ? "alert" : "none");
    };
    const look = async () => {
        clearTimeout(timer);
        if (document.hidden) return;
        const trouble = await troubleNow();
        if (mine.signal.aborted) return;
        show(trouble);
        timer = setTimeout(look, trouble ? ALERT_MS : CALM_MS);
    };
    document.addEventListener("visibilitychange", look, { signal: mine.signal });
    mine.signal.addEventListener("abort", () => clearTimeout(timer));
    look();
    return () => mine.abort();
}
