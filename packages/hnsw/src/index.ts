export { HnswIndex } from './vector-index.js';
