export { UTILISATIONS as TARGETS } from '../utilisation.ts';
