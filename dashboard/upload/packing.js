// Many files go to Streamlit's uploader as one archive: it shows, sends and redraws them one by one, which would keep
// the browser busy for minutes. Packed they are sent at once; the server opens archives anyhow.
const LOCAL = 0x04034b50;
const LISTED = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const NAMES_IN_UTF8 = 0x0800;
const STORED = 0;
const MIDNIGHT = 0;
const FIRST_OF_1980 = 0x21;
const TOLD_EVERY = 50;

const encoder = new TextEncoder();
const spelled = (count) => count.toLocaleString("en");

const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
});

const crcOf = (bytes) => {
    let crc = -1;
    for (const byte of bytes) crc = CRC_OF_BYTE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
};

// Numbers as a zip archive has them: two bytes each, or four, the lowest first.
const record = (fields) => {
    const view = new DataView(new ArrayBuffer(fields.reduce((length, [bytes]) => length + bytes, 0)));
    let place = 0;
    for (const [bytes, value] of fields) {
        if (bytes === 4) view.setUint32(place, value, true);
        else view.setUint16(place, value, true);
        place += bytes;
    }
    return view;
};

// PKWARE's APPNOTE, 4.3: each file behind a header, then the list of all of them. The files themselves stay on disk.
const archiveOf = async (files, tell) => {
    const parts = [];
    const list = [];
    let offset = 0;
    let listed = 0;
    for (const file of files) {
        const name = encoder.encode(file.name);
        const facts = [
            [2, VERSION],
            [2, NAMES_IN_UTF8],
            [2, STORED],
            [2, MIDNIGHT],
            [2, FIRST_OF_1980],
            [4, crcOf(new Uint8Array(await file.arrayBuffer()))],
            [4, file.size],
            [4, file.size],
            [2, name.length],
            [2, 0],
        ];
        const header = record([[4, LOCAL], ...facts]);
        const inList = record([[4, LISTED], [2, VERSION], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]);
        parts.push(header, name, file);
        list.push(inList, name);
        offset += header.byteLength + name.length + file.size;
        listed += inList.byteLength + name.length;
        tell();
    }
    const counts = [[2, files.length], [2, files.length]];
    const end = record([[4, END], [2, 0], [2, 0], ...counts, [4, listed], [4, offset], [2, 0]]);
    return new File([...parts, ...list, end], `${spelled(files.length)} files.zip`, { type: "application/zip" });
};

// What is an archive already, or as large as one may become, goes as it is.
const groupsOf = (files, most) => {
    const alone = (file) => /\.zip$/i.test(file.name) || file.size > most.bytes / 2;
    const groups = [];
    let room = { files: 0, bytes: 0 };
    for (const file of files.filter((file) => !alone(file))) {
        if (!room.files || room.bytes < file.size) {
            groups.push([]);
            room = { ...most };
        }
        groups.at(-1).push(file);
        room.files -= 1;
        room.bytes -= file.size;
    }
    return { groups, apart: files.filter(alone) };
};

let running;

export default function ({ data, parentElement }) {
    running?.abort();
    const mine = (running = new AbortController());
    const root = parentElement.querySelector(".root");
    const ours = new WeakSet();

    const say = (words) => {
        root.textContent = words;
        root.setAttribute("role", words ? "status" : "none");
    };
    const archived = async (files) => {
        let done = 0;
        const tell = () => {
            if (done++ % TOLD_EVERY === 0) say(`Packing ${spelled(done)} of ${spelled(files.length)} files…`);
        };
        const { groups, apart } = groupsOf(files, data.most);
        const transfer = new DataTransfer();
        for (const file of apart) transfer.items.add(file);
        for (const group of groups) transfer.items.add(await archiveOf(group, tell));
        return transfer;
    };
    // The event is held back, and another one with the archives sent after it.
    const replace = async (event, files, again) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        try {
            const next = again(await archived(files));
            say("");
            ours.add(next);
            event.target.dispatchEvent(next);
        } catch {
            say("Some of these files cannot be read any more: choose them anew.");
        }
    };
    const isMany = (event, files) =>
        !ours.has(event) && event.target.closest?.(`.st-key-${data.uploader}`) && files?.length > data.from;

    const change = (event) => {
        if (!isMany(event, event.target.files)) return;
        const input = event.target;
        replace(event, [...input.files], (transfer) => {
            input.files = transfer.files;
            return new Event("change", { bubbles: true });
        });
    };
    const drop = (event) => {
        const { files, items } = event.dataTransfer;
        const hasFolder = [...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
        if (!isMany(event, files) || hasFolder) return;
        const options = { bubbles: true, cancelable: true };
        replace(event, [...files], (dataTransfer) => new DragEvent("drop", { ...options, dataTransfer }));
    };
    for (const [name, listener] of Object.entries({ change, drop })) {
        document.addEventListener(name, listener, { capture: true, signal: mine.signal });
    }
    return () => mine.abort();
}
