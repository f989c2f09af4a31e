//! Places on the ground: [`Site`]s by name or position, [`Region`]s by outline.

mod cells;
mod outline;
mod region;
mod site;

pub use cells::Cell;
pub use outline::{MAX_POINTS, OutlineError, OutlineProblem};
pub use region::{Bounds, EnclosingCap, Region};
pub use site::{CoordinatesError, Site, SiteError, SiteKind, Sites};
