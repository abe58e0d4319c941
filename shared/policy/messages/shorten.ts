const ELLIPSIS = '…';

/** A text of at most so many characters; what is cut off shows by its ellipsis. Never cuts a character in two. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > most - ELLIPSIS.length) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}
