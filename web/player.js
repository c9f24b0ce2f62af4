// Shows the pictures of a day one after another, as fast as the link allows and no faster than asked.
//
//   const player = makePlayer({
//     draw(index, url),   // may return a promise: the next picture waits for it
//     fail(err),
//     moved(index),       // by playing
//     stopped(),
//   });
//   player.open(paths);      // of all pictures; [] frees all
//   player.grow(paths);      // more of them, at the end
//   player.show(index);      // the newest wish wins
//   player.play(perSecond);  // to the end; from the beginning when it is there already
//   player.stop();
import { requestBlob } from './api.js';
import { pause } from './pause.js';

const AHEAD = 2; // pictures fetched before they are needed, while playing

export function makePlayer({ draw, fail, moved, stopped }) {
  let paths = [];
  let wanted = 0;
  let shown = -1; // drawn last; its URL is in use
  let drawing = null; // a promise while pictures are drawn
  let playing = null; // {} while it plays
  const fetched = new Map(); // promises of object URLs by index: shown, wanted and what is ahead

  async function fetchUrl(path) {
    return URL.createObjectURL((await requestBlob('GET', path)).blob);
  }

  function need(index) {
    if (!fetched.has(index)) {
      const url = fetchUrl(paths[index]);
      url.catch(() => {}); // told when it is drawn
      fetched.set(index, url);
    }
    return fetched.get(index);
  }

  function forget(index) {
    fetched.get(index)?.then(URL.revokeObjectURL, () => {});
    fetched.delete(index);
  }

  function forgetAllBut(isKept) {
    for (const index of [...fetched.keys()]) if (!isKept(index)) forget(index);
  }

  function tidy() {
    const ahead = playing ? AHEAD : 0;
    const isNear = (index) => index >= wanted && index <= wanted + ahead;
    forgetAllBut((index) => index === shown || isNear(index));
  }

  async function drawOne(index, of) {
    try {
      const url = await need(index);
      if (of !== paths) return;
      await draw(index, url);
      shown = index;
    } catch (err) {
      if (of !== paths) return;
      forget(index); // asked for again, it is tried again
      fail(err);
    }
  }

  // One at a time: who drags the scrubber gets the pictures that the link can carry, and the last.
  async function drawWanted() {
    let done = {};
    while (paths.length && (done.of !== paths || done.index !== wanted)) {
      done = { of: paths, index: wanted };
      await drawOne(done.index, done.of);
      tidy();
    }
    drawing = null;
  }

  function fetchAhead() {
    const last = Math.min(wanted + AHEAD, paths.length - 1);
    for (let index = wanted + 1; index <= last; index++) need(index);
  }

  function show(index) {
    wanted = index;
    drawing ??= drawWanted();
    return drawing;
  }

  function stop() {
    if (!playing) return;
    playing = null;
    tidy();
    stopped();
  }

  async function play(perSecond) {
    const run = {};
    playing = run;
    if (wanted >= paths.length - 1) wanted = -1;
    while (playing === run && wanted < paths.length - 1) {
      fetchAhead();
      const due = pause(1000 / perSecond);
      await show(wanted + 1);
      if (playing === run) moved(wanted);
      await due;
    }
    if (playing === run) stop();
  }

  return {
    show,
    play,
    stop,
    open(all) {
      stop();
      forgetAllBut(() => false);
      paths = all;
      wanted = 0;
      shown = -1;
    },
    grow(more) {
      paths.push(...more);
    },
  };
}
