// What every part of the page is made of.

import { Directive, LitElement, directive, noChange } from "../vendor/lit.js";
import { follow } from "./store.js";
import { followWords } from "./words.js";

export { classMap, html, live, noChange, nothing, ref, repeat, svg } from "../vendor/lit.js";

// An element that draws itself anew when the store or the language changes; its content is part of the page.
export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const draw = () => this.requestUpdate();
    this.leave = [follow(draw), followWords(draw)];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const leave of this.leave) leave();
  }
}

// `<i ${vars({ "--at": "40%" })}>`: custom properties, set as the strict policy of the page allows it.
class Vars extends Directive {
  render() {
    return noChange;
  }

  update(part, [values]) {
    for (const [name, value] of Object.entries(values)) part.element.style.setProperty(name, value);
    return noChange;
  }
}

export const vars = directive(Vars);

// `<input ${shows(value)}>`: the value of a field in which one types. The page is drawn ten times a second: what is being
// typed stays until it is entered or left.
class Shows extends Directive {
  render() {
    return noChange;
  }

  update({ element }, [value]) {
    if (!this.element) {
      this.element = element;
      element.addEventListener("input", () => { this.typing = true; });
      for (const end of ["change", "blur"]) element.addEventListener(end, () => { this.typing = false; });
    }
    if (!this.typing && element.value !== value) element.value = value;
    return noChange;
  }
}

export const shows = directive(Shows);
