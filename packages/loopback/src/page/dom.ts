/**
 * Small helpers for the document. Each changes a node only if its value differs.
 */

export const find = <E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E => {
  const found = within.querySelector<E>(selector)
  if (found === null) throw new Error(`the page has no ${selector}`)
  return found
}

/** The element `selector` of a copy of a template. */
export const cloneTemplate = (id: string, selector: string): HTMLElement =>
  find(selector, document.importNode(find<HTMLTemplateElement>(`#${id}`).content, true))

export const setText = (node: Element, text: string): void => {
  if (node.textContent !== text) node.textContent = text
}

/** Sets `data-<name>`; false removes it. */
export const setData = (node: HTMLElement, name: string, value: boolean | string): void => {
  if (value === false) node.removeAttribute(`data-${name}`)
  else if (node.getAttribute(`data-${name}`) !== String(value)) node.setAttribute(`data-${name}`, String(value))
}
