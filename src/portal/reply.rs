//! An answer before it is sent.

use crate::contract::Format;
use crate::portal::change::{Frame, Head};

/// Everything that is sent back for one request.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status code.
    pub(crate) status: u16,
    /// The reason phrase, where it is not the usual one.
    pub(crate) reason: Option<String>,
    /// Header names and values in the order in which they are sent; date, length and
    /// connection are left to the server.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// Whether the portal holds something else than before.
    pub(crate) changed: bool,
    /// How it is framed, where that is altered.
    pub(crate) frame: Option<Frame>,
}

impl Reply {
    /// An answer in one of the two formats, labelled as the profiles have it.
    pub(crate) fn of(status: u16, format: Format, body: Vec<u8>) -> Self {
        Self::labelled(status, media_type(format), body)
    }

    /// An answer in a media type of its own.
    pub(crate) fn of_media_type(status: u16, media_type: &str, body: Vec<u8>) -> Self {
        Self::labelled(status, &format!("{media_type}; charset=utf-8"), body)
    }

    /// An answer that says nothing but its status.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            reason: None,
            headers: Vec::new(),
            body: Vec::new(),
            changed: false,
            frame: None,
        }
    }

    /// An answer that is labelled as a page, as web servers label what they answer themselves.
    pub(crate) fn page(status: u16, body: String) -> Self {
        Self::labelled(status, "text/html; charset=utf-8", body.into_bytes())
    }

    fn labelled(status: u16, label: &str, body: Vec<u8>) -> Self {
        Self {
            headers: vec![("Content-Type".to_owned(), label.to_owned())],
            body,
            ..Self::empty(status)
        }
    }

    /// Whether another answer reads the same, however it is framed.
    pub(crate) fn says_as(&self, other: &Self) -> bool {
        self.status == other.status
            && self.reason == other.reason
            && self.headers == other.headers
            && self.body == other.body
    }

    /// Alters the status or the headers.
    pub(crate) fn apply(&mut self, head: &Head) {
        match head {
            Head::Status(status) => self.status = *status,
            Head::Set(name, value) => {
                self.remove(name);
                self.headers.push((name.clone(), value.clone()));
            }
            Head::Add(name, value) => self.headers.push((name.clone(), value.clone())),
            Head::Remove(name) => self.remove(name),
        }
    }

    fn remove(&mut self, name: &str) {
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }
}

/// The label of an unaltered answer.
pub(crate) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json; charset=utf-8",
        Format::Xml => "text/xml; charset=utf-8",
    }
}
