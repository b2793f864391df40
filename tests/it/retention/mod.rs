//! Nothing of a candidate outlives a run, however it ends, nor a look at the person: canaries are planted on Lever's side, the real
//! program runs with all its logs on, and everything that it leaves behind is searched for them in every form.

pub(crate) mod canaries;
mod endings;
mod forms;
pub(crate) mod home;
mod kept;
mod live;
mod oauth;
pub(crate) mod postgres;
pub(crate) mod process;
mod proof;
pub(crate) mod search;
mod words;
