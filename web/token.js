// The token by which Prusa Connect knows a camera: found in what people paste, and what is wrong
// with it. Nothing here touches the page.
//
//   cleanToken(' ABCDEFGHIJ\n0123456789 ')  // 'ABCDEFGHIJ0123456789'
//   tokenProblem('ABCDEFGHIJ-123456789')    // { position: 11, character: '-' }
//   tokenProblem('ABC')                     // { count: 3 }
import { t } from './words.js';

const TOKEN_LENGTH = 20;
const UNSEEN = /[\s\u00ad\u200b-\u200f\u2060\ufeff]+/g; // what comes along when copying
const SERVER = /^\w+:\/\/[^/?#]*/;

// A QR code holds a link: the token is a part of its path, or its parameter token.
function tokenInLink(text) {
  const parts = text.replace(SERVER, '').split(/[/?&#]/);
  const values = parts.map((part) => part.replace(/^token[=:]/i, ''));
  const found = new Set(values.filter((value) => /^[A-Za-z0-9]{20}$/.test(value)));
  return found.size === 1 ? [...found][0] : '';
}

// What was pasted, without blanks and line breaks; of a link the token alone.
export function cleanToken(text) {
  const bare = text.normalize('NFC').replace(UNSEEN, '');
  return tokenInLink(bare) || bare;
}

// null when it is a token; else the first wrong character, counted from 1, or how many characters
// it has when only their number is wrong.
export function tokenProblem(text) {
  const characters = [...cleanToken(text)];
  const wrong = characters.findIndex((character) => !/^[A-Za-z0-9]$/.test(character));
  if (wrong >= 0) return { position: wrong + 1, character: characters[wrong] };
  return characters.length === TOKEN_LENGTH ? null : { count: characters.length };
}

function isLetterWithAccent(character) {
  return /^[A-Za-z]\p{M}+$/u.test(character.normalize('NFD'));
}

// The problem as a sentence for people.
export function tokenProblemWords(problem) {
  const { position, character, count } = problem;
  if (count < TOKEN_LENGTH) return t('token.missing', { n: TOKEN_LENGTH - count, count });
  if (count > TOKEN_LENGTH) return t('token.tooMany', { n: count - TOKEN_LENGTH, count });
  if (isLetterWithAccent(character)) return t('token.accent', { position, character });
  if (/[\p{L}\p{N}]/u.test(character)) return t('token.otherAlphabet', { position, character });
  return t('token.sign', { position, character });
}
