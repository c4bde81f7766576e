//! Whether a file that is no text in UTF-8 may be a page: documents, and texts in other encodings that have the
//! signs of one. Pictures, archives and programs are none.

use crate::page::sign;

/// How PDF documents begin.
const PDF: &[u8] = b"%PDF-";
/// How archives begin; a document of an office program is one with a part of its own.
const ZIP: &[u8] = b"PK\x03\x04";
/// Parts that only texts of office programs have.
const OF_TEXTS: [&[u8]; 2] = [
    b"word/document.xml",
    b"mimetypeapplication/vnd.oasis.opendocument.text",
];
/// How documents of older office programs begin.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The name of their part with the text, in UTF-16.
const OF_WORD: &[u8] = b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";

/// Whether the bytes of a file may be a page.
pub(super) fn may_be_page(bytes: &[u8]) -> bool {
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    if bytes.starts_with(PDF) {
        return true;
    }
    if bytes.starts_with(ZIP) {
        return OF_TEXTS.iter().any(|part| has(part));
    }
    if bytes.starts_with(OLE) {
        return has(OF_WORD);
    }
    decoded(bytes).is_some_and(|text| sign::is_page(&text))
}

/// What can be told of a text in another encoding; nothing where there is none.
fn decoded(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(wide(rest, u16::from_be_bytes)),
        [_, 0, _, 0, ..] => Some(wide(bytes, u16::from_le_bytes)),
        [0, _, 0, _, ..] => Some(wide(bytes, u16::from_be_bytes)),
        _ if bytes.contains(&0) => None,
        _ => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_texts_with_signs_may_be_pages() {
        let page = "GET api/x\n\nReturns\n\nBo\u{e9}\n";
        let wide =
            |of: fn(u16) -> [u8; 2]| -> Vec<u8> { page.encode_utf16().flat_map(of).collect() };
        let old: Vec<u8> = page
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
            .collect();
        let zip = |part: &[u8]| [ZIP, &[0; 22], part].concat();
        for bytes in [
            b"%PDF-1.4\n%\xe2".to_vec(),
            zip(OF_TEXTS[0]),
            zip(OF_TEXTS[1]),
            [OLE, &[0; 8], OF_WORD].concat(),
            wide(u16::to_le_bytes),
            [&[0xff, 0xfe][..], &wide(u16::to_le_bytes)].concat(),
            wide(u16::to_be_bytes),
            old,
        ] {
            assert!(
                may_be_page(&bytes),
                "{:?}",
                bytes.escape_ascii().to_string()
            );
        }
        for bytes in [
            b"\x89PNG\r\n\x1a\n\0\0".to_vec(),
            b"\x1f\x8b\x08\x00".to_vec(),
            zip(b"xl/workbook.xml"),
            zip(b"src/main.rs"),
            [OLE, &[0; 8]].concat(),
            b"p { color: red } /* \xe9 */".to_vec(),
            b"\xff\xfea\0b\0".to_vec(),
            Vec::new(),
        ] {
            assert!(
                !may_be_page(&bytes),
                "{:?}",
                bytes.escape_ascii().to_string()
            );
        }
    }
}
