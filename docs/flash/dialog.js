// esp-web-tools' dialog, with four changes: it asks about erasing every time, in words that say what
// is kept; it says what to do when writing or Wi-Fi fails; it tells the page what came of it; and who listens
// to it hears buttons.
//
// What begins with _ is its own business: its version is fixed, and tests/browser/flasher.test.mjs
// goes through each of these.
import { EwtInstallDialog } from 'esp-web-tools/dist/install-dialog.js';
import { ImprovSerialCurrentState } from 'improv-wifi-serial-sdk/dist/const';
import { html } from 'lit';
import { whenOpenedAgain } from './port.js';

const ASK_AGAIN_MS = 2000; // whether the camera is in its network by now

function sentenceOf({ error, details }, { title, chip }) {
  switch (error) {
    case 'failed_initialize':
      return 'The board does not answer. Connect IO0 to GND (or hold its IO0 or BOOT button), press reset once, let the button go, and try again.';
    case 'not_supported':
      return `This is an ${details}, and ${title} has an ${chip}. Close this, and choose the board that is plugged in.`;
    case 'write_failed':
      return 'The connection broke while writing. Try another cable or USB socket, and install again: nothing is lost by it.';
    default:
      return undefined;
  }
}

// What helps, where esp-web-tools only says that a network was not joined.
function wifiSentenceOf(said) {
  switch (said) {
    case 'Unable to connect':
      return 'The camera did not get into that network. Is the password right? Is it a 2.4 GHz network? It has no 5 GHz.';
    case 'Timeout':
      return 'The camera does not say whether it got into that network. Close this and press the button again, to see.';
    default:
      return said;
  }
}

class ConnectcamDialog extends EwtInstallDialog {
  // Set by the page, beside port and manifestPath: the dataset of the board that was chosen.
  board = {};
  // One way for all: whatever runs on the board, its settings stay unless somebody says otherwise.
  // (esp-web-tools offers no erasing to an older version, and only erasing to the same.)
  overrides = { checkSameFirmware: () => false };

  #result;
  #found;
  #portReady;
  #asking;

  // What came of it: `result` is "finished" or the name of an error, `found` the chip, `url` where
  // the camera is.
  get outcome() {
    return { result: this.#result, found: this.#found, url: this._client?.nextUrl };
  }

  get _installState() {
    return super._installState;
  }

  set _installState(state) {
    if (state?.state === 'finished') this.#result = 'finished';
    if (state?.state === 'error') {
      this.#result = state.details.error;
      this.#found = state.chipFamily;
      this.#portReady = whenOpenedAgain(this.port);
    }
    const sentence = state?.state === 'error' && sentenceOf(state.details, this.board);
    super._installState = sentence ? { ...state, message: sentence } : state;
  }

  // Going on after a failure may come before the port is open again.
  async _initialize(justInstalled) {
    await this.#portReady;
    await super._initialize(justInstalled);
  }

  _renderAskErase() {
    const next = () => this._startInstall(this.shadowRoot.querySelector('ew-checkbox').checked);
    const back = () => {
      this._state = 'DASHBOARD';
    };
    const content = html`
      <div slot="content">
        <div>
          What the camera has stays: network, password, token and settings. Erase it only for a fresh
          start, or when somebody else had it.
        </div>
        <label class="formfield">
          <ew-checkbox touch-target="wrapper" class="danger"></ew-checkbox>
          Erase everything
        </label>
      </div>
      <div slot="actions">
        <ew-text-button @click=${back}>Back</ew-text-button>
        <ew-text-button @click=${next}>Next</ew-text-button>
      </div>
    `;
    return ['Keep the settings?', content];
  }

  // Material's rows say of themselves that they are rows, even where they are buttons and links, and
  // the cross that closes says nothing.
  async #nameControls() {
    for (const cross of this.shadowRoot.querySelectorAll('ew-icon-button'))
      cross.ariaLabel = 'Close';
    for (const list of this.shadowRoot.querySelectorAll('ew-list')) list.role = 'group';
    for (const row of this.shadowRoot.querySelectorAll('ew-list-item')) {
      await row.updateComplete;
      const item = row.shadowRoot.querySelector('#item');
      if (item.matches('button, a')) {
        item.removeAttribute('role');
      } else {
        item.role = 'none'; // the one that only says what is connected
        item.removeAttribute('tabindex');
      }
    }
  }

  // The text alone is exchanged: its place is lit's.
  #sayWhyNotJoined() {
    for (const error of this.shadowRoot.querySelectorAll('.error'))
      for (const text of error.childNodes) text.data = wifiSentenceOf(text.data);
  }

  // A camera that was updated needs a moment to find its network; then its address is offered.
  updated(changed) {
    super.updated(changed);
    this.#nameControls();
    this.#sayWhyNotJoined();
    const isWaiting =
      this._state === 'DASHBOARD' && this._client?.state === ImprovSerialCurrentState.READY;
    if (isWaiting) this.#asking ??= setTimeout(() => this.#ask(), ASK_AGAIN_MS);
    else this.#stopAsking();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stopAsking();
  }

  async #ask() {
    await this._client?.requestCurrentState().catch(() => {}); // it is asked again
    this.#stopAsking();
    this.requestUpdate();
  }

  #stopAsking() {
    clearTimeout(this.#asking);
    this.#asking = undefined;
  }
}

customElements.define('connectcam-dialog', ConnectcamDialog);
