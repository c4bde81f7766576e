//! Character references of XML and HTML, `&lt;` and `&#60;`, in texts of whatever format.
//!
//! What a browser makes of a page is read by the standard's own tokenizer (`page/html/reference.rs`).

/// No reference has more digits.
const MAX_DIGITS: usize = 8;
/// The names that are looked for: what has to be escaped somewhere.
const NAMED: [(&str, char); 11] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("sol", '/'),
    ("plus", '+'),
    ("equals", '='),
    ("colon", ':'),
    ("lowbar", '_'),
];

/// The character of the reference at the start of a text, and the reference's length in bytes; readers of HTML take
/// one without its `;`.
pub(crate) fn at_start(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let (found, length) = if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, before) = match number.strip_prefix(['x', 'X']) {
            Some(number) => (number, 16, 2),
            None => (number, 10, 1),
        };
        let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
        let count = digits.bytes().take(MAX_DIGITS).take_while(is_digit).count();
        let code = u32::from_str_radix(&digits[..count], radix).ok()?;
        (char::from_u32(code)?, before + count)
    } else {
        let (name, found) = NAMED.iter().find(|(name, _)| body.starts_with(name))?;
        (*found, name.len())
    };
    let end = usize::from(body[length..].starts_with(';'));
    Some((found, 1 + length + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_one_character_with_its_mark_or_without() {
        for (text, expected) in [
            ("&lt;a", Some(('<', 4))),
            ("&lta", Some(('<', 3))),
            ("&#65;&", Some(('A', 5))),
            ("&#X41b;", Some(('\u{41b}', 7))),
            ("&#000000651", Some(('A', 10))),
            ("&nbsp;", Some((' ', 6))),
            ("&#xD800;", None),
            ("&#;", None),
            ("&bogus;", None),
            ("&", None),
            ("lt;", None),
        ] {
            assert_eq!(at_start(text), expected, "{text}");
        }
    }
}
