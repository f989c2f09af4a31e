//! How probable it is that a point with normal errors lies in a disc: the numbers of a collision probability.

mod chan;
mod integral;
mod interval;
mod maximum;
mod small;

pub use maximum::{AlfanoMaximum, Maximum, alfano_maximum};

/// A disc, and a normal distribution about the origin whose principal axes are the axes of the coordinates.
///
/// In an encounter's plane the disc has the sum of both objects' radii and its centre is the miss vector. Every length
/// is in one unit, whichever it is. The standard deviations and the radius are above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    /// The centre along the first axis.
    pub x: f64,
    /// The centre along the second axis.
    pub y: f64,
    /// Standard deviation along the first axis.
    pub sigma_x: f64,
    /// Standard deviation along the second axis.
    pub sigma_y: f64,
    /// Radius.
    pub radius: f64,
}

impl Disc {
    /// How far the centre is from the origin.
    #[must_use]
    pub fn miss(&self) -> f64 {
        self.x.hypot(self.y)
    }

    /// The Mahalanobis distance of the centre: how far it is in standard deviations.
    #[must_use]
    pub fn mahalanobis(&self) -> f64 {
        (self.x / self.sigma_x).hypot(self.y / self.sigma_y)
    }

    /// The same disc under standard deviations `scale` times as large.
    #[must_use]
    pub fn scaled(&self, scale: f64) -> Self {
        Self { sigma_x: self.sigma_x * scale, sigma_y: self.sigma_y * scale, ..*self }
    }
}
