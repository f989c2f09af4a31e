//! Which nation sees which place, alone and together.
//!
//! `view` finds when one asset's sensors see each cell of a place; `looks` says what that makes of the place as a whole;
//! `figures` turns stretches in view into the field's figures of merit; `coalition` has those of nations together and who
//! fills whose gaps; `sharing` what each nation and each asset brings to what all see; `exposure` is the other side: when
//! others can look at a place.

pub mod coalition;
pub mod exposure;
pub mod figures;
pub mod looks;
pub mod sharing;
pub mod view;
