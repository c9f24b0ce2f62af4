// Which view is shown: the page's address says it (#settings), so that going back and bookmarks work.
const VIEWS = ['camera', 'settings', 'timelapse', 'system'];

const nav = document.getElementById('views');
const handlers = [];

function linkOf(view) {
  return nav.querySelector(`[href="#${view}"]`);
}

export function currentView() {
  const wanted = location.hash.slice(1);
  return VIEWS.includes(wanted) && !linkOf(wanted).hidden ? wanted : 'camera';
}

function show() {
  const current = currentView();
  document.body.dataset.view = current;
  for (const view of VIEWS) {
    document.querySelector(`[data-view="${view}"].view`).hidden = view !== current;
    if (view === current) linkOf(view).setAttribute('aria-current', 'page');
    else linkOf(view).removeAttribute('aria-current');
  }
  for (const handler of handlers) handler(current);
}

// Without a step in the browser's history.
export function showView(view) {
  history.replaceState(null, '', `#${view}`);
  show();
}

// `handler` is called with the view's name at each change, when it is already shown.
export function whenViewChanges(handler) {
  handlers.push(handler);
}

// Shows the way to a view that not every camera has.
export function offerView(view) {
  linkOf(view).hidden = false;
  show();
}

window.addEventListener('hashchange', () => {
  show();
  scrollTo(0, 0);
  // Whoever works by keyboard or by ear goes on in the new view. A heading can be heard, and its
  // focus is not drawn.
  const heading = document.querySelector('.view:not([hidden]) h2');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
});
show();
