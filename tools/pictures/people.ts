/** Who stands in the directory when it is photographed: nobody who exists. */
export const PEOPLE = [
  ['Ada Brandt', 'Boatbuilder', 'Workshop', 'Kiel', 'ada.brandt@example.com', '+49 431 5550 101'],
  ['Bastian Okafor', 'Rigger', 'Workshop', 'Kiel', 'bastian.okafor@example.com', '+49 431 5550 102'],
  ['Chiara Lindqvist', 'Navigator', 'Fleet', 'Hamburg', 'chiara.lindqvist@example.com', '+49 40 5550 103'],
  ['Deniz Aydın', 'Harbour master', 'Harbour', 'Bremen', 'deniz.aydin@example.com', '+49 421 5550 104'],
  ['Emeka Novak', 'Sailmaker', 'Workshop', 'Kiel', 'emeka.novak@example.com', '+49 431 5550 105'],
  [
    'Freya Castellanos',
    'Accountant',
    'Office',
    'Hamburg',
    'freya.castellanos@example.com',
    '+49 40 5550 106',
  ],
  ['Gustav Haraldsen', 'Cook', 'Fleet', 'Hamburg', 'gustav.haraldsen@example.com', '+49 40 5550 107'],
  ['Hana Kowalczyk', 'Meteorologist', 'Office', 'Hamburg', 'hana.kowalczyk@example.com', '+49 40 5550 108'],
  ['Ines Moreau', 'Captain', 'Fleet', 'Hamburg', 'ines.moreau@example.com', '+49 40 5550 109'],
] as const;

const COLOURS = ['#0b5cad', '#1a7f4b', '#9a6700', '#7b4bb3', '#b3261e', '#23717d'];

/** A figure in an SVG, for who has a photo. */
export function figure(index: number): string {
  const ground = COLOURS[index % COLOURS.length] ?? '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="320" height="320">
    <rect width="100" height="100" fill="${ground}"/>
    <circle cx="50" cy="40" r="18" fill="#fff" fill-opacity="0.9"/>
    <ellipse cx="50" cy="98" rx="34" ry="34" fill="#fff" fill-opacity="0.9"/>
  </svg>`;
}
