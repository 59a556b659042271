//! Ten million codes to check: dictionary, sequence and an ISO 7064 MOD 37,36 check character, one
//! in a hundred damaged.

use super::random::Random;

/// Symbols in the order of their values.
const SYMBOLS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The `index`th code of a stream, and whether it was left whole.
pub(crate) fn code(index: u64, random: &mut Random) -> ([u8; 11], bool) {
    let mut code = *b"01A0000000?";
    code[1] = b'1' + digit(random.below(3));
    code[2] = b'A' + digit(random.below(5));
    // The sequence of the rule begins at 1.
    let mut number = index % 9_999_999 + 1;
    for place in (3..10).rev() {
        code[place] = b'0' + digit(number % 10);
        number /= 10;
    }
    code[10] = check_character(&code[..10]);

    let whole = random.below(100) > 0;
    if !whole {
        // A wrong digit, the commonest slip of all, which only the check character shows.
        let place = 3 + usize::from(digit(random.below(7)));
        code[place] = b'0' + (code[place] - b'0' + 1 + digit(random.below(9))) % 10;
    }
    (code, whole)
}

/// ISO/IEC 7064:2003, hybrid system MOD 37,36.
fn check_character(payload: &[u8]) -> u8 {
    let mut product = 36;
    for symbol in payload {
        let value = SYMBOLS.iter().position(|known| known == symbol).expect("made of the system's symbols");
        let sum = match (product + value) % 36 {
            0 => 36,
            sum => sum,
        };
        product = sum * 2 % 37;
    }
    SYMBOLS[(37 - product) % 36]
}

fn digit(value: u64) -> u8 {
    u8::try_from(value).expect("below ten")
}
