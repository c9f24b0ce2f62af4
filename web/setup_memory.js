// Where somebody is in the set-up, kept in this browser while it is under way.
const REMEMBERED = 'connectcam-setup'; // in localStorage
const GO_ON = '#setup'; // a link with it goes on with the set-up at the camera's other address

// null: nothing is under way.
export function recall() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED));
  } catch {
    return null; // a browser that keeps nothing, or something else's
  }
}

export function remember(memory) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(memory));
  } catch {
    // then it lasts no longer than the page
  }
}

export function forget() {
  try {
    localStorage.removeItem(REMEMBERED);
  } catch {
    // nothing was kept
  }
}

// Whether this browser left the set-up half-way, or came here to go on with it.
export function isUnfinished() {
  return recall() !== null || location.hash === GO_ON;
}
