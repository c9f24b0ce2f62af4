// Waiting for a camera that starts anew.
//
//   const asked_ms = Date.now();
//   await request('POST', '/api/v1/reboot');
//   const status = await cameraIsBack(asked_ms, 90000);   // null: not yet
import { getStatusIfAny } from './api.js';
import { pause } from './pause.js';

const ASK_EVERY_MS = 1000;
const ANSWER_WITHIN_MS = 3000; // a camera that starts may take a connection and then forget it

// Resolves to the first status of a camera that has run for less time than went by since asked_ms;
// to null when that takes longer than limit_ms.
export async function cameraIsBack(asked_ms, limit_ms) {
  while (Date.now() - asked_ms < limit_ms) {
    await pause(ASK_EVERY_MS);
    const status = await getStatusIfAny(ANSWER_WITHIN_MS);
    if (status && (status.uptime_ms ?? 0) < Date.now() - asked_ms) return status;
  }
  return null;
}
