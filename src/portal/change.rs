//! One alteration of the reference portal.

/// One alteration: where it applies and what it does there.
#[derive(Debug, Clone)]
pub struct Change;
