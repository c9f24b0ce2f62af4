// A serial port as boards like it: opened without resetting them, or holding them.
import { ImprovSerial } from 'improv-wifi-serial-sdk/dist/serial';

const START_MS = 8000; // from reset until the firmware answers, with a camera that is slow to wake
const FIRST_WORDS_MS = 500; // a chip that restarts says so at once
const OPEN_MS = 5000; // until esp-web-tools has closed the port and opened it again
const LOOK_MS = 50;
const SILENT = { log() {}, error() {}, debug() {} };

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// An operating system raises both lines when it opens a port. The ESP32-CAM's carrier has RTS on the
// reset pin and DTR on IO0, with nothing in between: as long as both are raised it stands still, and
// an IO0 that is let go later than the reset starts the loader. Lowered together they are right
// for every circuit. esp-web-tools opens the port anew after writing, so that this stays with it; when
// writing failed it does so before it has closed it, and is made to wait.
export async function openAtRest(port) {
  const open = Object.getPrototypeOf(port).open;
  port.open = async (options) => {
    while (port.readable) await pause(LOOK_MS);
    await open.call(port, options);
    await port.setSignals({ dataTerminalReady: false, requestToSend: false });
    port.dispatchEvent(new Event('opened'));
  };
  await port.open({ baudRate: 115200, bufferSize: 8192 });
}

// Resolves when it is opened the next time, or seems never to be.
export function whenOpenedAgain(port) {
  return new Promise((resolve) => {
    port.addEventListener('opened', resolve, { once: true });
    setTimeout(resolve, OPEN_MS);
  });
}

// What comes in the first moments.
async function readFirstWords(port) {
  const reader = port.readable.getReader();
  const timer = setTimeout(() => reader.cancel(), FIRST_WORDS_MS);
  const decoder = new TextDecoder();
  let words = '';
  try {
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read())
      words += decoder.decode(value, { stream: true });
  } catch {
    // noise on the line: no words
  }
  clearTimeout(timer);
  reader.releaseLock();
  return words;
}

// Where opening the port has reset the board after all, esp-web-tools would ask too early whether it
// speaks Improv, and offer no Wi-Fi.
export async function waitUntilStarted(port) {
  const words = await readFirstWords(port);
  const isStarting = /SPI_FAST_FLASH_BOOT/.test(words) && !/invalid header|read err/.test(words);
  if (!isStarting) return;
  const improv = new ImprovSerial(port, SILENT);
  await improv.initialize(START_MS).catch(() => {}); // another firmware
  await improv.close();
}
