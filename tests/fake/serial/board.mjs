// An ESP32 at the end of a serial line, as far as a flasher can tell: the two lines that reset it,
// the loader in its ROM and the one that is put into its RAM (Espressif's serial protocol), a flash,
// a bootloader, and our firmware with its log and Improv.
//
//     const board = new FakeBoard({ flash: makeFlash(), wiring: 'carrier' });
//     await plugIn(page, [board]);
//     …
//     board.flash, board.networks, board.isRunning
import { constants, inflateSync } from 'node:zlib';
import { makeFlash, PLACES } from './firmware.mjs';

const FLASH_ID = 0x1640ef; // 4 MB of Winbond's
const SECTOR = 4096;
const CHIPS = {
  esp32: { magic: 0x00f01d83, spi: { command: 0x3ff42000, data: 0x3ff42080 } },
  esp32s3: { magic: 0x09, spi: { command: 0x60002000, data: 0x60002058 } },
};
const OP = {
  flashBegin: 0x02,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeRegister: 0x09,
  readRegister: 0x0a,
  deflateBegin: 0x10,
  deflateData: 0x11,
  deflateEnd: 0x12,
  eraseFlash: 0xd0,
};
const SLIP = { end: 0xc0, escape: 0xdb, escapedEnd: 0xdc, escapedEscape: 0xdd };

function slip(packet) {
  const bytes = [...packet].flatMap((byte) => {
    if (byte === SLIP.end) return [SLIP.escape, SLIP.escapedEnd];
    return byte === SLIP.escape ? [SLIP.escape, SLIP.escapedEscape] : [byte];
  });
  return Buffer.from([SLIP.end, ...bytes, SLIP.end]);
}

// Whole packets out of what comes.
class SlipReader {
  #packet;
  #escaping = false;

  *feed(bytes) {
    for (const byte of bytes) {
      if (byte === SLIP.end) {
        if (this.#packet?.length) yield Buffer.from(this.#packet);
        this.#packet = this.#packet?.length ? undefined : [];
      } else if (!this.#packet) {
      } else if (byte === SLIP.escape) {
        this.#escaping = true;
      } else {
        const meant = byte === SLIP.escapedEnd ? SLIP.end : SLIP.escape;
        this.#packet.push(this.#escaping ? meant : byte);
        this.#escaping = false;
      }
    }
  }
}

// The loader: in ROM, and from memEnd on the one in RAM, which answers with less and can do more.
class Loader {
  #board;
  #chip;
  #reader = new SlipReader();
  #registers = new Map();
  #isStub = false;
  #loaded = 0; // bytes of the other loader that came into RAM
  #part;

  constructor(board, chip) {
    this.#board = board;
    this.#chip = CHIPS[chip];
  }

  receive(bytes) {
    for (const packet of this.#reader.feed(bytes)) this.#take(packet);
  }

  #answer(op, value = 0, error = 0) {
    const status = this.#isStub ? [error ? 1 : 0, error] : [error ? 1 : 0, error, 0, 0];
    const head = Buffer.from([1, op, status.length, 0, 0, 0, 0, 0]);
    head.writeUInt32LE(value >>> 0, 4);
    this.#board.send(slip([...head, ...status]));
  }

  #take(packet) {
    if (packet[0] !== 0 || packet.length !== 8 + packet.readUInt16LE(2)) return;
    const [, op] = packet;
    const data = packet.subarray(8);
    const word = (i) => data.readUInt32LE(i * 4);
    // Blocks say in their head what all their bytes make together.
    const isWhole = () => {
      const sum = data.subarray(16).reduce((state, byte) => state ^ byte, 0xef);
      return word(0) === data.length - 16 && sum === packet.readUInt32LE(4);
    };
    switch (op) {
      case OP.sync:
        for (let i = 0; i < 8; i++) this.#answer(op, this.#isStub ? 0 : 0x20120707);
        break;
      case OP.readRegister:
        this.#answer(op, this.#read(word(0)));
        break;
      case OP.writeRegister:
        this.#write(word(0), word(1));
        this.#answer(op);
        break;
      case OP.memBegin:
        this.#answer(op);
        break;
      case OP.memData:
        this.#loaded += data.length - 16;
        this.#answer(op, 0, isWhole() ? 0 : 7);
        break;
      case OP.memEnd:
        this.#answer(op);
        this.#isStub = this.#loaded > 0;
        if (this.#isStub) this.#board.send(slip(Buffer.from('OHAI')));
        break;
      case OP.deflateBegin:
        this.#part = { size: word(0), start: word(3), packed: [] };
        this.#answer(op);
        break;
      case OP.deflateData:
        this.#takeBlock(op, word(1), data.subarray(16), isWhole());
        break;
      case OP.deflateEnd:
        this.#answer(op, 0, this.#part ? 5 : 0);
        break;
      case OP.eraseFlash:
        if (this.#isStub) this.#board.flash.fill(0xff);
        this.#answer(op, 0, this.#isStub ? 0 : 5);
        break;
      default:
        this.#answer(op, 0, 5);
    }
  }

  #takeBlock(op, number, bytes, isWhole) {
    const part = this.#part;
    if (!isWhole || this.#board.isNoisy(part?.start, number)) {
      this.#answer(op, 0, 7);
    } else if (number !== part?.packed.length) {
      this.#answer(op, 0, 6);
    } else {
      part.packed.push(bytes);
      const come = inflateSync(Buffer.concat(part.packed), { finishFlush: constants.Z_SYNC_FLUSH });
      this.#board.write(part.start, come);
      if (come.length === part.size) this.#part = undefined;
      this.#answer(op);
    }
  }

  #read(address) {
    if (address === 0x40001000) return this.#chip.magic;
    return this.#registers.get(address) ?? 0;
  }

  // The one command that is given to the flash by registers is "who are you".
  #write(address, value) {
    const { command, data } = this.#chip.spi;
    if (address === command) this.#registers.set(data, FLASH_ID);
    else this.#registers.set(address, value);
  }
}

const IMPROV = { state: 1, fault: 2, command: 3, result: 4 };
const STATE = { ready: 2, joining: 3, joined: 4 };

// Our firmware's serial line: a log, and Improv (core/console/improv.c).
class Firmware {
  #board;
  #image;
  #typed = Buffer.alloc(0);
  #isStarted = false;

  constructor(board, image) {
    this.#board = board;
    this.#image = image;
  }

  start() {
    this.#isStarted = true;
    const { version } = this.#image;
    this.#board.say(`I (${version}) connectcam ${version}`);
    this.#board.say('| Camera   connectcam |');
  }

  receive(bytes) {
    if (!this.#isStarted) return;
    this.#board.typed += bytes.toString('latin1');
    this.#typed = Buffer.concat([this.#typed, bytes]);
    for (;;) {
      const at = this.#typed.indexOf('IMPROV\x01');
      if (at < 0 || this.#typed.length < at + 9) return;
      const end = at + 9 + this.#typed[at + 8] + 1;
      if (this.#typed.length < end) return;
      const packet = this.#typed.subarray(at, end);
      this.#typed = this.#typed.subarray(end);
      const sum = packet.subarray(0, -1).reduce((total, byte) => (total + byte) & 0xff, 0);
      if (packet[7] === IMPROV.command && sum === packet.at(-1)) this.#do(packet.subarray(9, -1));
    }
  }

  #packet(type, data) {
    const packet = [...Buffer.from('IMPROV\x01'), type, data.length, ...data];
    const sum = packet.reduce((total, byte) => (total + byte) & 0xff, 0);
    this.#board.send(Buffer.from([0x0a, ...packet, sum, 0x0a]));
  }

  #result(command, texts) {
    const strings = texts.flatMap((text) => [Buffer.byteLength(text), ...Buffer.from(text)]);
    this.#packet(IMPROV.result, [command, strings.length, ...strings]);
  }

  #do([command, , ...data]) {
    const { networks, joined, address, title } = this.#board;
    if (command === 1) this.#join(data);
    else if (command === 2) {
      this.#packet(IMPROV.state, [joined ? STATE.joined : STATE.ready]);
      if (joined) this.#result(2, [address]);
    } else if (command === 3)
      this.#result(3, ['connectcam', this.#image.version, title, 'printer-camera']);
    else if (command === 4) {
      for (const { ssid, signal, password } of networks)
        this.#result(4, [ssid, String(signal), password ? 'YES' : 'NO']);
      this.#result(4, []);
    } else this.#packet(IMPROV.fault, [2]);
  }

  #join(data) {
    const ssid = Buffer.from(data.slice(1, 1 + data[0])).toString();
    const password = Buffer.from(data.slice(2 + data[0])).toString();
    const network = this.#board.networks.find((one) => one.ssid === ssid);
    this.#packet(IMPROV.fault, [0]);
    this.#packet(IMPROV.state, [STATE.joining]);
    if (network && (network.password ?? '') === password) {
      this.#board.joined = ssid;
      this.#packet(IMPROV.state, [STATE.joined]);
      this.#result(1, [this.#board.address]);
    } else {
      this.#packet(IMPROV.state, [STATE.ready]);
      this.#packet(IMPROV.fault, [3]);
    }
  }
}

// What the lines do to reset and IO0; true is at GND.
const WIRINGS = {
  // Two transistors, on most boards with USB: both raised is as good as none.
  transistors: ({ dtr, rts }) => ({ reset: rts && !dtr, io0: dtr && !rts }),
  // The ESP32-CAM's CH340 carrier: straight through.
  carrier: ({ dtr, rts }) => ({ reset: rts, io0: dtr }),
  // A chip's own USB: DTR alone notes that the loader is wanted after the next reset.
  usb: ({ dtr, rts }, board) => {
    if (dtr && !rts) board.wire = true;
    return { reset: rts && !dtr, io0: board.wire };
  },
  // Four wires and two buttons: press(), and `wire` for IO0.
  buttons: (_, board) => ({ reset: false, io0: board.wire }),
};

export class FakeBoard {
  send = () => {};
  flash;
  networks;
  title;
  address = 'http://192.168.1.23/';
  joined = ''; // which network
  wire = false; // from IO0 to GND, or as good as that
  typed = ''; // what came for the firmware that runs
  isNoisy = () => false; // (offset of a part, number of a block): it comes damaged
  #wiring;
  #chip;
  #startMs;
  #lines = { dtr: false, rts: false };
  #pins = { reset: false, io0: false };
  #isRising = false;
  #program; // Loader, Firmware or nothing

  constructor({
    flash = makeFlash(),
    wiring = 'transistors',
    chip = 'esp32',
    networks = [],
    title = 'AI Thinker ESP32-CAM',
    startMs = 0, // from reset until the firmware listens
  } = {}) {
    Object.assign(this, { flash, networks, title });
    this.#wiring = WIRINGS[wiring];
    this.#chip = chip;
    this.#startMs = startMs;
    this.#start(false);
  }

  // The firmware that runs, or undefined.
  get running() {
    return this.#program instanceof Firmware ? this.#image() : undefined;
  }

  get isLoading() {
    return this.#program instanceof Loader;
  }

  say(line) {
    this.send(Buffer.from(`${line}\r\n`));
  }

  receive(bytes) {
    this.#settle();
    this.#program?.receive(bytes);
  }

  // As flash is written: sector by sector, each erased before.
  write(start, bytes) {
    const end = Math.ceil((start + bytes.length) / SECTOR) * SECTOR;
    this.flash.fill(0xff, start - (start % SECTOR), end);
    bytes.copy(this.flash, start);
  }

  // The reset button. IO0 is wherever `wire` has it.
  press() {
    this.#start(this.wire);
  }

  // Reset is let go slowly, by a capacitor: what counts is where IO0 is when the lines stand still,
  // which is when anything else happens.
  setSignals({ dtr = this.#lines.dtr, rts = this.#lines.rts }) {
    this.#lines = { dtr, rts };
    const pins = this.#wiring(this.#lines, this);
    if (pins.reset) {
      this.#program = undefined;
      this.#isRising = false;
    } else if (this.#pins.reset) {
      this.#isRising = true;
    }
    this.#pins = pins;
    // Both raised on the way is no rest: the next line follows at once.
    if (this.#isRising && !(dtr && rts)) this.#settle();
  }

  #settle() {
    if (!this.#isRising) return;
    this.#isRising = false;
    this.#start(this.#pins.io0);
  }

  #start(inLoader) {
    const mode = inLoader
      ? '0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))'
      : '0x13 (SPI_FAST_FLASH_BOOT)';
    this.say(`ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:${mode}`);
    if (this.#wiring === WIRINGS.usb) this.wire = false;
    if (inLoader) {
      this.say('waiting for download');
      this.#program = new Loader(this, this.#chip);
      return;
    }
    const image = this.#image();
    if (!image) {
      this.say('invalid header: 0xffffffff');
      this.#program = undefined;
      return;
    }
    const firmware = new Firmware(this, image);
    this.#program = firmware;
    setTimeout(() => this.#program === firmware && firmware.start(), this.#startMs);
  }

  // What the bootloader would start: otadata says which slot, and a new one says nothing.
  #image() {
    if (this.flash[PLACES.bootloader[this.#chip]] !== 0xe9) return undefined;
    const counter = this.flash.readUInt32LE(PLACES.choice);
    const isOther = counter !== 0xffffffff && counter % 2 === 0;
    const at = isOther ? PLACES.otherApp : PLACES.app;
    const text = (from, to) => this.flash.toString('latin1', at + from, at + to).split('\0')[0];
    return this.flash[at] === 0xe9 ? { version: text(48, 80), board: text(304, 352) } : undefined;
  }
}
