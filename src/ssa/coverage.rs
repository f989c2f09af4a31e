//! Which nation sees which place, alone and together.
//!
//! `view` finds when one asset's sensors see each cell of a place, `coalition` adds the assets of nations up, `figures`
//! turns stretches in view into the field's figures of merit.

pub mod coalition;
pub mod figures;
pub mod view;
