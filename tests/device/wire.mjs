// A station on the emulator's Ethernet that knows the time. The emulator's own network has none, and
// without the time a camera trusts no certificate; the real servers need the internet, and no test
// may bind port 123 of this machine.
//
//     const wire = await openWire(owner);
//     const args = [...wire.args, …];      // QEMU's
//     … 'network.ntp_server': wire.address
import net from 'node:net';
import { atEnd } from '../e2e/support.mjs';

const ADDRESS = '10.0.2.9'; // between the emulator's own (.2 to .4) and what it lends (.15 and on)
const ETHERNET = Buffer.from('020000000009', 'hex'); // locally administered
const IP = Buffer.from(ADDRESS.split('.').map(Number));
const ARP = 0x0806;
const IPV4 = 0x0800;
const UDP = 17;
const NTP_PORT = 123;
const NTP_BYTES = 48;
const NTP_EPOCH_S = 2_208_988_800; // from 1900 to 1970

// QEMU sends each frame behind its length, over TCP.
export async function openWire(owner) {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    let bytes = Buffer.alloc(0);
    sockets.add(socket);
    socket.unref();
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // the emulator is killed now and then
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
        const end = 4 + bytes.readUInt32BE(0);
        const answer = answerTo(bytes.subarray(4, end));
        if (answer) {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(answer.length);
          socket.write(Buffer.concat([length, answer]));
        }
        bytes = bytes.subarray(end);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  atEnd(owner, () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { address: ADDRESS, args: ['-net', `socket,connect=127.0.0.1:${server.address().port}`] };
}

function answerTo(frame) {
  const type = frame.readUInt16BE(12);
  const body = frame.subarray(14);
  if (type === ARP) return answerArp(frame, body);
  if (type === IPV4 && body[9] === UDP && body.subarray(16, 20).equals(IP))
    return answerDatagram(frame, body);
  return null;
}

function toSender(frame, type) {
  const head = Buffer.alloc(14);
  frame.copy(head, 0, 6, 12);
  ETHERNET.copy(head, 6);
  head.writeUInt16BE(type, 12);
  return head;
}

// RFC 826.
function answerArp(frame, arp) {
  if (arp.readUInt16BE(6) !== 1 || !arp.subarray(24, 28).equals(IP)) return null;
  const answer = Buffer.alloc(28);
  arp.copy(answer, 0, 0, 6);
  answer.writeUInt16BE(2, 6);
  ETHERNET.copy(answer, 8);
  IP.copy(answer, 14);
  arp.copy(answer, 18, 8, 18);
  return Buffer.concat([toSender(frame, ARP), answer]);
}

function answerDatagram(frame, ip) {
  const udp = ip.subarray((ip[0] & 15) * 4);
  if (udp.readUInt16BE(2) !== NTP_PORT || udp.length < 8 + NTP_BYTES) return null;
  const head = Buffer.alloc(20 + 8);
  head[0] = 0x45;
  head.writeUInt16BE(head.length + NTP_BYTES, 2);
  head[8] = 64;
  head[9] = UDP;
  IP.copy(head, 12);
  ip.copy(head, 16, 12, 16);
  head.writeUInt16BE(checksum(head.subarray(0, 20)), 10);
  head.writeUInt16BE(NTP_PORT, 20);
  udp.copy(head, 22, 0, 2);
  head.writeUInt16BE(8 + NTP_BYTES, 24); // without a checksum, which UDP allows
  return Buffer.concat([toSender(frame, IPV4), head, tellTime(udp.subarray(8))]);
}

// RFC 1071.
function checksum(bytes) {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

// RFC 5905: a server of stratum 1, version 4.
function tellTime(asked) {
  const answer = Buffer.alloc(NTP_BYTES);
  const now = Date.now();
  answer[0] = 0x24;
  answer[1] = 1;
  asked.copy(answer, 24, 40, 48); // its own time of sending comes back
  for (const at of [16, 32, 40]) {
    answer.writeUInt32BE(Math.floor(now / 1000) + NTP_EPOCH_S, at);
    answer.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), at + 4);
  }
  return answer;
}
