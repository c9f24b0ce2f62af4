// The firmware of the ESP32-CAM itself, on an emulator that has its Wi-Fi but no sensor: it joins a
// network that it is told of on the serial line, and is a camera without a camera.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { assertProblem } from '../e2e/support.mjs';
import { builtFor, makeBoard, patiently, wifi } from './support.mjs';

const NETWORK = 'PICSimLabWifi'; // one that the emulator's air has, without a password
const name = 'ai-thinker';

function withoutWifi() {
  const help = spawnSync('qemu-system-xtensa', [
    '-machine',
    'esp32',
    '-device',
    `${wifi.model},help`,
  ]);
  if (help.status !== 0) return 'this qemu-system-xtensa has no Wi-Fi';
  const image = builtFor(name, 'connectcam.bin');
  return fs.existsSync(image) ? false : `${image} is not built`;
}

test('an ESP32-CAM without a sensor joins the network, says what is missing, and goes on looking', {
  skip: withoutWifi(),
}, async (t) => {
  const camera = await makeBoard(t, { name, network: wifi });
  await camera.powerOn();
  await camera.says(/connectcam \S+ on AI Thinker ESP32-CAM/);
  await camera.says(/^> /m);
  // The emulator's air takes whoever was an access point once for nothing else.
  camera.type('set network.ap off');
  await camera.says(/network\.ap = off/);
  let since = camera.said().length;
  camera.type('reboot');
  await camera.says(/connectcam \S+ on AI Thinker ESP32-CAM\. Start 2/, { since });
  await camera.says(/No camera answers/, { since });
  await camera.says(/^> /m, { since: since + camera.said().slice(since).indexOf('Start 2') });
  since = camera.said().length;
  camera.type(`wifi ${NETWORK}`);
  await camera.says(/The network is stored; connecting\./, { since });
  await camera.isUp({ since });
  assert.equal((await camera.get('/')).status, 200);
  await camera.set({ 'system.open': true });

  const status = await camera.status();
  assert.equal(status.network.wifi, true);
  assert.equal(status.network.ssid, NETWORK);
  assert.equal(status.network.ipv4, wifi.address);
  assert.match(status.camera.reason, /No camera answers.*ribbon/);
  assertProblem(await camera.snapshot(), 503, /No camera answers/);
  assertProblem(await camera.get('/healthz'), 503, /No camera answers/);
  const networks = (await camera.api('GET', '/wifi/networks', undefined, { seconds: 90 })).json;
  assert.ok(networks.some(({ ssid, secured }) => ssid === NETWORK && !secured));

  const looks = async () => {
    const { text } = await camera.get('/metrics');
    return Number(text.match(/^connectcam_camera_opens_total (\d+)$/m)[1]);
  };
  const before = await looks();
  await patiently(async () => (await looks()) > before + 1, 'it looks for its camera again');

  await camera.restart();
  const again = await camera.status();
  assert.equal(again.network.ssid, NETWORK, 'it finds its network again by itself');
  assert.equal(again.boots, status.boots + 1, 'nothing else restarted it');
});
