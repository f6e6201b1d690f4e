// One card an answer: its drawing, what it was read as, how surely, when. A press shows that answer again.
let kept = new Map();

const part = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
};

const make = ({ picture }) => {
    const card = document.createElement("button");
    card.type = "button";
    const image = document.createElement("img");
    image.src = picture;
    image.alt = "";
    card.append(image, document.createElement("p"));
    return card;
};

const describe = (card, { read, corrected, sure, time }) => {
    const number = corrected === null ? [part("b", read)] : [part("del", read), part("b", corrected)];
    card.lastChild.replaceChildren(...number, part("span", sure), part("time", time));
};

export default function ({ data, parentElement, setTriggerValue }) {
    const cards = data.cards.map((entry) => {
        const card = kept.get(entry.id) ?? make(entry);
        describe(card, entry);
        card.onclick = () => {
            setTriggerValue("pressed", entry.id);
            // On a phone the reading is far above.
            document.querySelector(`.st-key-${data.reading}`)?.scrollIntoView({ block: "start", behavior: "smooth" });
        };
        return [entry.id, card];
    });
    kept = new Map(cards);
    parentElement.querySelector(".root").replaceChildren(...kept.values());
}
