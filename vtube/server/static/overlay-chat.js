import { followState } from "/static/follow.js";

const list = document.getElementById("messages");
const most = () => Number(getComputedStyle(document.documentElement).getPropertyValue("--overlay-messages")) || 8;

function item({ number, user, text, kind, amount, currency }) {
  const line = document.createElement("li");
  line.dataset.number = number;
  line.className = kind;
  const name = document.createElement("bdi");
  name.className = "name";
  name.textContent = user;
  line.append(name);
  if (amount) {
    const paid = document.createElement("bdi");
    paid.className = "amount";
    paid.textContent = `${amount} ${currency} `;
    line.append(paid);
  }
  const said = document.createElement("bdi");
  said.textContent = text;
  line.append(said);
  return line;
}

// Only what passed the word lists is in the state; as text, so that nothing in it can work.
followState(({ chat }) => {
  const recent = (chat?.recent ?? []).slice(-most());
  const wanted = recent.map(({ number }) => String(number));
  if ([...list.children].map((line) => line.dataset.number).join() === wanted.join()) return;
  list.replaceChildren(...recent.map(item));
});
