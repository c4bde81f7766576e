//! An answer before it is sent.

use crate::contract::Format;

/// Everything that is sent back for one request.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status code.
    pub(crate) status: u16,
    /// Header names and values in the order in which they are sent; length and connection are left
    /// to the server.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// Whether the portal holds something else than before.
    pub(crate) changed: bool,
}

impl Reply {
    /// An answer in one of the two formats, labelled as the profiles have it.
    pub(crate) fn of(status: u16, format: Format, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), media_type(format).to_owned())],
            body,
            changed: false,
        }
    }
}

/// The label of an unaltered answer.
pub(crate) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json; charset=utf-8",
        Format::Xml => "text/xml; charset=utf-8",
    }
}
