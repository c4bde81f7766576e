//! How a value that stands in the path or the query is written (`OpenAPI` 3.1.1, 4.8.12, style values).

use crate::contract::ParameterIn;

/// A style, and whether each item of a list and each member of an object stands apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serialization {
    /// The style.
    pub style: Style,
    /// Whether items and members stand apart, each with a name where the style has names.
    pub explode: bool,
}

/// The styles of `OpenAPI` 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `ids=5,6` in the query, or `ids=5&ids=6`.
    Form,
    /// `ids=5%206` in the query.
    SpaceDelimited,
    /// `ids=5%7C6` in the query.
    PipeDelimited,
    /// `where%5Brow%5D=5` in the query.
    DeepObject,
    /// `5,6` in the path.
    Simple,
    /// `.5,6` in the path.
    Label,
    /// `;ids=5,6` in the path.
    Matrix,
}

impl Style {
    const ALL: [Self; 7] = [
        Self::Form,
        Self::SpaceDelimited,
        Self::PipeDelimited,
        Self::DeepObject,
        Self::Simple,
        Self::Label,
        Self::Matrix,
    ];

    /// Its name in a document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
        }
    }

    /// The style of a name, where values at this place may have it.
    pub(super) fn named(name: &str, sent_in: ParameterIn) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|style| style.as_str() == name && style.is_of(sent_in))
    }

    fn is_of(self, sent_in: ParameterIn) -> bool {
        let is_of_path = matches!(self, Self::Simple | Self::Label | Self::Matrix);
        match sent_in {
            ParameterIn::Path => is_of_path,
            // Of a form (`OpenAPI` 3.1.1, 4.8.15).
            ParameterIn::Query | ParameterIn::Body => !is_of_path,
        }
    }
}

impl Serialization {
    /// A style with what holds where nothing is said of `explode`.
    #[must_use]
    pub fn of(style: Style, explode: Option<bool>) -> Self {
        Self {
            style,
            explode: explode.unwrap_or(style == Style::Form),
        }
    }

    /// What holds at a place where nothing is said; nothing in a body.
    #[must_use]
    pub fn usual(sent_in: ParameterIn) -> Option<Self> {
        match sent_in {
            ParameterIn::Path => Some(Self::of(Style::Simple, None)),
            ParameterIn::Query => Some(Self::of(Style::Form, None)),
            ParameterIn::Body => None,
        }
    }

    /// The same where values at this place may be written so, else what is usual there.
    pub(super) fn at(self, sent_in: ParameterIn) -> Option<Self> {
        Some(self)
            .filter(|_| self.style.is_of(sent_in))
            .or_else(|| Self::usual(sent_in))
    }
}
