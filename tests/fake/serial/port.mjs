// A navigator.serial for a page in a test: ports whose other end is here, in node.
//
//     const plug = await plugIn(page, { ports: [board] });     before the page is opened
//
// What plays a board has receive(bytes), setSignals({ dtr, rts }) and `send`, which is set here and
// takes bytes for the page. As with real ports, opening raises both lines.

// Runs in the page. `ports` are the getInfo() of each; window.__serial is what node gave.
function installSerial(ports) {
  const fromText = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

  class FakePort extends EventTarget {
    #index;
    #info;
    #open = false;
    #readable;
    #controller;

    constructor(index, info) {
      super();
      this.#index = index;
      this.#info = info;
      this.writable = null;
    }

    getInfo() {
      return this.#info;
    }

    async open() {
      if (this.#open) throw new DOMException('The port is already open.', 'InvalidStateError');
      if (this.#info.busy) throw new DOMException('Failed to open serial port.', 'NetworkError');
      this.#open = true;
      this.writable = new WritableStream({
        // Written is what the system has taken; no answer is ever faster than that.
        write: (bytes) => {
          window.__serialSay(this.#index, 'bytes', toText(bytes));
        },
      });
      await window.__serialSay(this.#index, 'signals', { dtr: true, rts: true });
    }

    // A stream that was cancelled gives way to a new one.
    get readable() {
      if (!this.#open) return null;
      this.#readable ??= new ReadableStream({
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => {
          this.#readable = undefined;
          this.#controller = undefined;
        },
      });
      return this.#readable;
    }

    async setSignals({ dataTerminalReady: dtr, requestToSend: rts }) {
      await window.__serialSay(this.#index, 'signals', { dtr, rts });
    }

    async close() {
      if (!this.#open) throw new DOMException('The port is already closed.', 'InvalidStateError');
      if (this.#readable?.locked || this.writable.locked) throw new TypeError('a stream is locked');
      this.#open = false;
      this.#readable = undefined;
      this.#controller = undefined;
      this.writable = null;
    }

    take(text) {
      if (this.#open && this.readable) this.#controller.enqueue(fromText(text));
    }
  }

  const made = ports.map((info, index) => new FakePort(index, info));
  window.__serialTake = (index, text) => made[index].take(text);
  const serial = {
    async requestPort() {
      const index = await window.__serialChoose();
      if (index < 0) throw new DOMException('No port selected by the user.', 'NotFoundError');
      return made[index];
    },
    getPorts: async () => made,
  };
  Object.defineProperty(Navigator.prototype, 'serial', { value: serial, configurable: true });
}

// CH340, which the ESP32-CAM's carrier has.
const USUAL = { usbVendorId: 0x1a86, usbProductId: 0x7523 };

// `boards` are what is plugged in; `choose` says which one a person picks in the browser's list, -1
// for none. `infos` are what getInfo() says; `busy: true` among it is a port that another program has.
export async function plugIn(page, boards, { choose = () => 0, infos = [] } = {}) {
  const send = async (index, bytes) => {
    const text = Buffer.from(bytes).toString('base64');
    // a page that is gone hears nothing
    await page
      .evaluate(([at, what]) => window.__serialTake(at, what), [index, text])
      .catch(() => {});
  };
  await page.exposeFunction('__serialChoose', choose);
  await page.exposeFunction('__serialSay', (index, what, value) => {
    if (what === 'bytes') boards[index].receive(Buffer.from(value, 'base64'));
    else boards[index].setSignals(value);
  });
  for (const [index, board] of boards.entries()) {
    let order = Promise.resolve(); // of what is sent
    board.send = (bytes) => {
      order = order.then(() => send(index, bytes));
    };
  }
  await page.addInitScript(
    installSerial,
    boards.map((_, index) => infos[index] ?? USUAL),
  );
}
