// Keeps the visit's ticket for this tab, and shows it when the page begins anew with another one.
const KEY = "inkstream-ticket";

export default function ({ data, setStateValue }) {
    try {
        const kept = sessionStorage.getItem(KEY);
        if (!kept) sessionStorage.setItem(KEY, data.ticket);
        else if (kept !== data.ticket) setStateValue("ticket", kept);
    } catch {
        // A browser that forbids storing: the visit ends with the page.
    }
}
