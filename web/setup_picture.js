// The set-up's first picture, turned upright.
import { requestBlob } from './api.js';
import { announce, say } from './dom.js';
import { makeArrival } from './setup_arrival.js';
import { t } from './words.js';

const PICTURE_EVERY_MS = 1000;
const FRESH_MS = 500; // what moves in front of the camera or is turned is seen at once

export function makePictureStep(element, flow) {
  const figure = element.querySelector('figure');
  const image = figure.querySelector('img');
  const reason = figure.querySelector('.reason');
  const part = (name) => element.querySelector(`[data-part=${name}]`);
  const arrival = makeArrival(element, flow);
  let isShown = false;
  let isFetching = false;
  let worked = null; // whether the last picture came; null before the first try
  let timer = 0;

  const offers = (key) => flow.offers(key);
  const value = (key) => flow.facts.settings[key];

  function drawButtons() {
    const canFlip = offers('camera.hmirror') && offers('camera.vflip');
    part('turn').hidden = !offers('camera.rotation');
    part('flip').hidden = offers('camera.rotation') || !canFlip;
    part('mirror').hidden = !canFlip;
    part('flip').setAttribute('aria-pressed', String(value('camera.vflip') === true));
    const isMirrored = value('camera.hmirror') !== value('camera.vflip');
    part('mirror').setAttribute('aria-pressed', String(isMirrored));
  }

  // A camera that has just come to life knows only then what it offers.
  async function askForOffers() {
    try {
      await flow.loadOffers();
      drawButtons();
    } catch {
      // the buttons stay as they are; the picture tells that the camera is away
    }
  }

  function show(blob) {
    const old = image.src;
    image.src = URL.createObjectURL(blob);
    if (old) URL.revokeObjectURL(old);
    figure.classList.remove('empty', 'stale');
    reason.hidden = true;
    if (worked === false) askForOffers();
    worked = true;
  }

  function showWhyNot(err) {
    figure.classList.add('stale');
    say(reason.firstElementChild, t('setup.noPicture'));
    say(reason.lastElementChild, err.message);
    reason.hidden = false;
    worked = false;
  }

  async function refresh() {
    clearTimeout(timer);
    if (!isShown || isFetching || document.hidden) return;
    isFetching = true;
    const begun_ms = Date.now();
    try {
      show((await requestBlob('GET', `/snapshot.jpg?max_age_ms=${FRESH_MS}`)).blob);
    } catch (err) {
      if (err.status === 401) flow.logInAgain();
      else showWhyNot(err);
    }
    isFetching = false;
    timer = setTimeout(refresh, Math.max(0, begun_ms + PICTURE_EVERY_MS - Date.now()));
  }

  async function change(changes, words) {
    if (!(await flow.change(element, changes))) return;
    drawButtons();
    announce(words);
    refresh();
  }

  function turn() {
    const degrees = (value('camera.rotation') + 90) % 360;
    change({ 'camera.rotation': degrees }, t('setup.turned', { degrees }));
  }

  function flip() {
    const isUpsideDown = !value('camera.vflip');
    const hmirror = !value('camera.hmirror');
    change({ 'camera.vflip': isUpsideDown, 'camera.hmirror': hmirror }, t('setup.flipped'));
  }

  // Left and right of the sensor are top and bottom of a picture that lies on its side.
  function mirror() {
    const isOnItsSide = value('camera.rotation') % 180 === 90;
    const key = isOnItsSide ? 'camera.vflip' : 'camera.hmirror';
    change({ [key]: !value(key) }, t('setup.mirrored'));
  }

  part('turn').addEventListener('click', turn);
  part('flip').addEventListener('click', flip);
  part('mirror').addEventListener('click', mirror);
  document.addEventListener('visibilitychange', refresh);

  return {
    show() {
      isShown = true;
      image.alt = t('picture.of', { name: value('connect.name') || flow.hostname() });
      drawButtons();
      askForOffers();
      refresh();
      arrival.begin();
    },
    leave() {
      isShown = false;
      clearTimeout(timer);
    },
  };
}
