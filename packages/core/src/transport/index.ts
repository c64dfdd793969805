export { Listeners } from './listeners.js';
export { Waiters } from './waiters.js';
