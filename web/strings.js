// Every word of the page, so that another language is another file like this one.
// Sentences that the camera itself says (status, refusals) and the names of settings come from it;
// `settings` may give a setting another name.

function plural(n, one, many) {
  return `${n} ${n === 1 ? one : many}`;
}

function duration(ms) {
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return plural(Math.floor(s / 86400), 'day', 'days');
}

function bytes(n) {
  if (n < 1000) return plural(n, 'byte', 'bytes');
  if (n < 1e6) return `${Math.round(n / 1e3)} kB`;
  if (n < 1e9) return `${(n / 1e6).toFixed(1)} MB`;
  return `${(n / 1e9).toFixed(1)} GB`;
}

export const text = {
  camera: 'Camera',
  duration,
  bytes,
  ago: (ms) => (ms < 2500 ? 'just now' : `${duration(ms)} ago`),

  // trouble
  unreachable:
    'The camera does not answer. Is it on, and are you in its network? This page keeps trying.',
  noAnswer: 'The camera does not answer.',
  loginNeeded: 'This camera asks for a login: user name admin and its password.',
  loginNext: 'Your browser asks for the new password next. The user name is admin.',
  login: 'Log in',
  refused: (status) => `The camera refused that (${status}).`,

  // set-up
  password: 'Password',
  show: 'Show',
  setupPasswordTitle: 'Choose a password',
  setupPasswordWhy: 'With it, only you see the pictures and change the settings.',
  setupPasswordEmpty: 'Type a password first.',
  setupPasswordNext:
    'Your browser will then ask you to log in, with the user name admin and this password.',
  setupPasswordSave: 'Set password',
  setupOpen: 'Use it without a password',
  setupOpenWhy:
    'Everybody in your network can then see the pictures and change every setting. You can set a password later.',
  setupOpenSave: 'Go without a password',
  setupLoginTitle: 'The password is set',
  setupLoginWhy:
    'Your browser asks for it next. The user name is admin, the password is the one you just chose.',
  setupLoginFailed: 'That was not the right user name and password. Try again.',
  setupTokenTitle: 'Join Prusa Connect',
  setupTokenWhy:
    'In Prusa Connect, open your printer’s cameras, add a new other camera and copy its token. Paste it here.',
  setupTokenEmpty: 'Paste the token first.',
  setupTokenSave: 'Save token',
  setupTokenLater: 'Later',
  setupDone: 'The camera is set up.',
  token: 'Token',

  // picture
  picture: 'Picture',
  pictureOf: (name) => `The newest picture of ${name}`,
  live: 'Live video',
  download: 'Download',
  downloadName: (date) => `camera-${date}.jpg`,
  pixels: (width, height) => `${width} × ${height}`,
  pictureWait: 'Waiting for the first picture …',
  pictureFacts: (age, size, n) => [age, size, bytes(n)].join(' · '),
  liveFacts: (size) => `Live · ${size}`,
  liveEnded: 'The live video has ended.',
  cameraStarting: 'The camera is starting …',
  cameraTrouble: 'The camera gives no picture.',

  // Connect
  connect: 'Prusa Connect',
  send: 'Send now',
  enterToken: 'Enter token',
  sending: 'Sending …',
  nextIn: (ms) => (ms < 1000 ? 'Next picture now' : `Next picture in ${duration(ms)}`),
  troubleFor: (ms) => `not working for ${duration(ms)}`,
  strip: 'The last results, oldest first',
  stripEntry: (words, ms) => `${words}, ${ms < 2500 ? 'just now' : `${duration(ms)} ago`}`,
  tally: (good, n) =>
    n === 1
      ? good
        ? 'The first picture arrived'
        : 'The first picture did not arrive'
      : `${good} of the last ${n} pictures arrived`,
  results: {
    sent: 'Arrived',
    refused: 'Refused',
    denied: 'Token not accepted',
    not_found: 'Printer not found',
    conflict: 'Refused',
    too_large: 'Too large',
    too_often: 'Too often',
    outage: 'Connect had a problem',
    redirect: 'Sent elsewhere',
    dns: 'Name not found',
    connect: 'No connection',
    tls: 'No safe connection',
    send: 'Broke off while sending',
    answer: 'No answer',
    no_picture: 'No picture',
  },

  // light
  light: 'Light',
  lightOn: 'Light on',
  lightLevel: 'Brightness',
  percent: (n) => `${n} %`,

  // settings
  settings: 'Settings',
  groups: {
    connect: 'Prusa Connect',
    camera: 'Picture',
    light: 'Light and flash',
    stream: 'Live video',
    network: 'Network',
    timelapse: 'Timelapse',
    system: 'Access and log',
  },
  labels: {},
  hints: {
    'connect.fingerprint':
      'Connect knows the camera by it. Change it only to take over an older camera’s.',
    'connect.ca': 'Only for a server of your own.',
    'connect.name': 'Empty: the name in the network.',
    'system.password': 'The user name is admin. Your browser will ask for the new password.',
    'system.open': 'Everybody in your network can then see and change everything.',
  },
  units: { '1/s': '' },
  choices: {
    auto: 'Automatic',
    sunny: 'Sun',
    cloudy: 'Clouds',
    office: 'Office',
    home: 'Home',
    none: 'None',
    negative: 'Negative',
    grayscale: 'Black and white',
    red: 'Red',
    green: 'Green',
    blue: 'Blue',
    sepia: 'Sepia',
    off: 'Off',
    setup: 'Only while there is no network',
    always: 'Always',
    error: 'Errors only',
    warning: 'Errors and warnings',
    info: 'What happens',
    debug: 'Everything',
  },
  isSet: 'Set',
  isNotSet: 'Not set',
  change: 'Change',
  save: 'Save',
  cancel: 'Cancel',
  remove: 'Remove',
  secretEmpty: 'It is empty. Type it first.',
  named: (action, label) => `${action}: ${label}`,
  numberOf: (label) => `${label}, as a number`,
  toDefault: 'Default',
  toDefaultOf: (label) => `${label}: back to default`,
  notANumber: 'Type a number.',
  saved: (label) => `Saved: ${label}`,
  openOffQuestion:
    'No password is set, so the camera will ask for one next. Until it has one, it shows no pictures.',
  openOff: 'Choose a password',

  // system
  system: 'This camera',
  factVersion: 'Version',
  factUptime: 'Running for',
  factCamera: 'Camera',
  factSize: 'Picture size',
  factViewers: 'Live viewers',
  factMemory: 'Memory',
  memory: (used, free) => `${bytes(used)} used, ${bytes(free)} free`,
  factStorage: 'Storage',
  storage: (free, total) => `${bytes(free)} of ${bytes(total)} free`,
  factTemperature: 'Temperature',
  temperature: (c) => `${c} °C`,
  factName: 'Name',
  factAddress: 'Address',
  factMac: 'MAC',
  factWifi: 'Wi-Fi',
  wifi: (name, dbm) => (dbm ? `${name}, ${dbm} dBm` : name),
  log: 'Log',
  logEmpty: 'Nothing yet.',
  backup: 'Backup',
  backupWhy: 'All settings but the secret ones: token and passwords.',
  backupSave: 'Save backup',
  backupRestore: 'Restore',
  backupUnreadable: 'This file is not a backup of a camera’s settings.',
  backupRestored: 'The settings are restored.',
  backupSkipped: (keys) =>
    `The settings are restored, but for what this camera does not have: ${keys.join(', ')}.`,
  restart: 'Restart',
  restartQuestion: 'Restart the camera? It is away for a few seconds.',
  restarting: 'The camera restarts …',
  reset: 'Reset',
  resetQuestion:
    'Reset the settings? The token is forgotten too. Network and password stay, unless you reset everything.',
  resetSettings: 'Reset settings',
  resetEverything: 'Reset everything',
  resetDone: 'The settings are at their defaults.',
};
