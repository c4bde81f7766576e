//! Texts that were encoded twice, or lost characters on the way.
//!
//! By chance, sound texts read as UTF-8 too, as a capital before a quote in "CAFÉ’S". What stands around
//! each pair of such characters tells the two apart.

use crate::check::Garbling;

/// What happened to a text beyond ASCII.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Soundness {
    Sound,
    Garbled(Garbling),
    /// As garbled texts are, and as lawful ones may be.
    Either,
}

/// What happened to a text that holds characters beyond ASCII.
pub(super) fn soundness(text: &str) -> Soundness {
    if text.contains('\u{fffd}') {
        return Soundness::Garbled(Garbling::Replaced);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252).collect();
    let once = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(once) = once else {
        return Soundness::Sound;
    };
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    let mut was_letter = false;
    for letter in once.chars() {
        let next = at + letter.len_utf8();
        if !letter.is_ascii()
            && (was_letter || is_garbled(&chars[..at], &chars[at..next], &chars[next..]))
        {
            return Soundness::Garbled(Garbling::EncodedTwice);
        }
        was_letter = !letter.is_ascii();
        at = next;
    }
    Soundness::Either
}

/// Whether no lawful text has these characters, which are one letter where they are read as UTF-8, between
/// what stands before and after them.
fn is_garbled(before: &[char], characters: &[char], after: &[char]) -> bool {
    if characters.iter().any(|c| matches!(c, '\u{80}'..='\u{9f}')) {
        return true;
    }
    match *characters {
        [lead, follower] => is_garbled_pair(before.last().copied(), lead, follower, after),
        // A no-break space stands before such signs in French: "café –".
        [_, first, second] => !(ends_a_quote(first) || first == '\u{a0}') || !is_sign(second),
        _ => true,
    }
}

fn is_garbled_pair(before: Option<char>, lead: char, follower: char, after: &[char]) -> bool {
    // "3×½" and "Spaß…" are lawful, and hardly a letter that they may stand for is ever alone.
    if matches!(lead, '×' | 'ß') {
        return false;
    }
    let is_in_word = before.is_some_and(char::is_alphabetic);
    // As in "CAFÉ™s".
    let has_small_after = after.first().is_some_and(|c| c.is_lowercase() && *c != 's');
    let has_word_after = after.len() > 1 && after.iter().take(2).all(|c| c.is_alphabetic());
    // A capital inside of a word of small letters.
    if before.is_some_and(char::is_lowercase) {
        return true;
    }
    match lead {
        // No word begins with them and ends at once.
        'Â' | 'Ã' | 'Î' | 'Ï' | 'Ð' | 'Ñ' if !is_in_word => return true,
        _ => {}
    }
    match follower {
        // What stands before a word or a number, or after a number.
        '¡' | '¿' | '‚' | '„' | 'ƒ' | 'ˆ' | '˜' | '¯' | '¨' | '¸' | '¢' | '£' | '¤' | '¥' | '€'
        | '¦' | '¬' | '±' | 'µ' | '¼' | '½' | '¾' | '‰' | '¶' => true,
        // No language has both letters.
        'š' | 'ž' | 'œ' | 'Œ' | 'Ÿ' => matches!(lead, 'Â' | 'Ã' | 'Ä' | 'Å'),
        'Š' | 'Ž' => matches!(lead, 'Â' | 'Ã') || has_small_after,
        // "MÖLLER" encoded twice.
        '–' | '—' => lead == 'Ã' && has_word_after,
        '…' if !matches!(lead, 'Â' | 'Ã' | 'Ä' | 'Å') => false,
        // What ends a word.
        '™' | '®' | '©' | 'ª' | 'º' | '°' | '¹' | '²' | '³' | '»' | '›' | '«' | '‹' | '“' | '”'
        | '…' | '†' | '‡' | '§' => has_word_after || is_in_word && has_small_after,
        _ => false,
    }
}

fn ends_a_quote(c: char) -> bool {
    matches!(c, '’' | '”' | '»' | '›' | '…')
}

fn is_sign(c: char) -> bool {
    ends_a_quote(c) || matches!(c, '–' | '—' | '•' | '·' | '™' | '\u{a0}' | '«' | '“' | '‘')
}

/// The byte of a character in Windows-1252; the five bytes that it leaves open stand for themselves.
fn windows_1252(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    if let Some(at) = HIGH.iter().position(|high| *high == c) {
        return u8::try_from(0x80 + at).ok();
    }
    u8::try_from(u32::from(c)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_encoded_twice_are_told_from_texts() {
        let latin_1 = |text: &str| -> String { text.bytes().map(char::from).collect() };
        let twice = Soundness::Garbled(Garbling::EncodedTwice);
        for text in [
            "Â¥",
            "Ã©tÃ©",
            "Ð¢ÐµÑ\u{81}Ñ‚",
            "donâ€™t",
            "ðŸ˜€",
            "Ã…rhus",
            "GrÃƒÂ¶ÃƒÅ¸e",
            "Å\u{81}ukasz",
            "Ä\u{8d}",
            "Å¡Ã¡la",
            "ÄŸÅŸ",
        ] {
            assert_eq!(soundness(text), twice, "{text}");
        }
        for text in [
            "é",
            "Łódź",
            "ćma",
            "ğ",
            "Đà Nẵng",
            "שלום",
            "مرحبا",
            "हिन्दी",
            "😀",
            "½",
        ] {
            let once = latin_1(text);
            assert_eq!(soundness(&once), twice, "{text}");
            assert_eq!(soundness(&latin_1(&once)), twice, "{text}, three times");
            assert_eq!(soundness(text), Soundness::Sound, "{text}");
        }
        for text in [
            "¥",
            "été",
            "Тест",
            "don’t",
            "«CAFÉ»",
            "NÃO",
            "Ünïcødé",
            "SEÑOR…",
            "ÀÉ",
            "naïve – façade",
            "日本語",
            "Ã",
            "Â",
        ] {
            assert_eq!(soundness(text), Soundness::Sound, "{text}");
        }
    }

    #[test]
    fn one_pair_alone_is_told_by_what_stands_around_it() {
        let twice = Soundness::Garbled(Garbling::EncodedTwice);
        for text in [
            "Gałąź",
            "gęś",
            "grabież",
            "źrebak",
            "Źrebce",
            "kępa",
            "krąg",
            "łapa",
            "Świt",
            "Żory",
            "Kowalska-Bąk",
            "Při",
            "Škoda a šel",
            "šála",
            "Přerov",
            "Ďakovce",
            "Erdős",
            "Ősi",
            "İzmir",
            "Erdoğan",
            "Şişli",
            "ırmak",
            "Iași",
            "Țara",
            "cœur",
            "Œuvre",
            "Žilina",
            "MÖLLER",
            "MÜLLER",
            "ß",
            "Straße",
            "à la carte",
            "25°",
            "10\u{a0}000",
            "© 2020",
            "10 kΩ",
            "μm",
            "Δ",
            "Ōsaka",
            "zīle",
            "don’t",
            "a → b",
            "™",
            "–",
        ] {
            let twice_encoded: String = text.bytes().map(shown).collect();
            let is_by_chance = matches!(text, "Œuvre" | "Țara");
            let expected = if is_by_chance {
                Soundness::Either
            } else {
                Soundness::Garbled(Garbling::EncodedTwice)
            };
            assert_eq!(
                soundness(&twice_encoded),
                expected,
                "{text}: {twice_encoded}"
            );
        }
        assert_eq!(soundness("Å¡"), twice);
        for text in [
            "CAFÉ™",
            "CAFÉ’S",
            "3×½",
            "É»",
            "IRMÃ”",
            "HABLÓ”",
            "PUÒ…",
            "HABLÓ»",
            "EMPLOYÉ·E",
            "Spaß…",
            "café\u{a0}–",
            "voilà\u{a0}»",
            "10 Å²",
            "IKÄ®",
            "Å\u{a0}leve",
            "ALLÉ’S CAFÉ”",
            "Ä…",
            "lgh 5Ä”",
            "KRÍŽ",
            "Úžas",
            "Ä™",
            "CAFÉ™s",
        ] {
            assert_eq!(soundness(text), Soundness::Either, "{text}");
        }
    }

    /// How Windows-1252 shows a byte.
    fn shown(byte: u8) -> char {
        let all = (0..=0x2122).filter_map(char::from_u32);
        let mut all = all.filter(|c| {
            !matches!(c, '\u{80}'..='\u{9f}')
                || matches!(c, '\u{81}' | '\u{8d}' | '\u{8f}' | '\u{90}' | '\u{9d}')
        });
        all.find(|c| windows_1252(*c) == Some(byte)).unwrap()
    }
}
