//! The ids of the page, which links lead to. They are made of numbers: the names are foreign.

use std::fmt;

/// A provider, or a model of one; both counted from 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Which provider.
    pub(super) provider: usize,
    /// Which of its models.
    pub(super) model: Option<usize>,
}

impl Spot {
    /// A provider.
    pub(super) fn provider(provider: usize) -> Spot {
        let model = None;
        Spot { provider, model }
    }

    /// A model of this provider.
    pub(super) fn model(self, model: usize) -> Spot {
        let model = Some(model);
        Spot { model, ..self }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.provider + 1)?;
        match self.model {
            Some(model) => write!(f, "-m{}", model + 1),
            None => Ok(()),
        }
    }
}
