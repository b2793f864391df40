//! What a tenant's own people teach: what is kept of them, how far it moves a weight, and what that is worth by the truth of a world.

use acquaint::index::{Memory, entry};
use acquaint::link::{Judged, Linker};
use acquaint::matching::{Counts, Matcher, Own, Weights};
use acquaint::model::{Decision, Evidence, Feature, Level, LevelCount, Person, ProfileId, RawPerson, Scored, Verdict, Waterfall};
use acquaint::world::{Plan, Truth, World, candidates_jsonl};

/// A pair in which this was found beside the same name, and nothing else.
fn pair(found: &[(Feature, Level)]) -> Scored {
    let evidence = |&(feature, level): &(Feature, Level)| Evidence { feature, level, bits: 1.0, on: None };
    let evidence = [(Feature::Name, Level::Same)].iter().chain(found).map(evidence).collect();
    Scored { profile: ProfileId::new("p-1").unwrap(), probability: 0.9, evidence, waterfall: Waterfall::default() }
}

fn verdict(best: Scored, runner_up: Option<Scored>) -> Verdict {
    Verdict { decision: Decision::Match, best: Some(best), runner_up, also: Vec::new() }
}

const LINKED: (Feature, Level) = (Feature::Linkedin, Level::Same);

/// Counts so many people with that level, each linked by a page.
fn add(own: &mut Own, people: u32, feature: Feature, level: Level) {
    (0..people).for_each(|_| own.add(&verdict(pair(&[LINKED, (feature, level)]), None)));
}

fn told(kept: &[LevelCount]) -> String {
    let one = |it: &LevelCount| format!("{} {} {} {:+}", it.feature.as_str(), it.level.as_str(), it.people, it.shift);
    kept.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn cells_of_fewer_than_twenty_are_not_kept() {
    let mut own = Own::default();
    add(&mut own, 20, Feature::Location, Level::Same);
    add(&mut own, 19, Feature::Location, Level::Differs);
    add(&mut own, 500, Feature::Location, Level::Silent);
    add(&mut own, 19, Feature::Employer, Level::Close);
    assert_eq!(told(&own.kept(&Weights::shipped(), &[])), "location same 20 +0");
    add(&mut own, 1, Feature::Location, Level::Differs);
    assert_eq!(told(&own.kept(&Weights::shipped(), &[])), "location same 20 +0, location differs 20 +0");
}

#[test]
fn who_is_linked_to_one_profile_is_counted() {
    let away = (Feature::Location, Level::Differs);
    let (twin, other) = (ProfileId::new("p-2").unwrap(), pair(&[away]));
    let linked = pair(&[LINKED, away]);
    let mut stranger = pair(&[LINKED, away]);
    stranger.evidence[0].level = Level::Differs;
    let mut known_twice = stranger.clone();
    known_twice.evidence.push(Evidence { feature: Feature::Phone, ..known_twice.evidence[1] });
    let table = [
        (verdict(linked.clone(), None), true),
        (verdict(linked.clone(), Some(other.clone())), true),
        (verdict(known_twice, None), true),
        (verdict(linked.clone(), Some(linked.clone())), false),
        (Verdict { also: vec![twin], ..verdict(linked, None) }, false),
        (verdict(stranger, None), false),
        (verdict(pair(&[(Feature::Email, Level::Shared), away]), None), false),
        (verdict(other, None), false),
        (Verdict { best: None, ..verdict(pair(&[]), None) }, false),
    ];
    for (at, (verdict, counted)) in table.iter().enumerate() {
        let mut own = Own::default();
        (0..20).for_each(|_| own.add(verdict));
        assert_eq!(!own.kept(&Weights::shipped(), &[]).is_empty(), *counted, "{at}");
    }
}

/// What so many people with a level move, of so many more whose records both speak, when it had moved so far before.
fn shift(feature: Feature, level: Level, [people, others]: [u32; 2], before: f64) -> f64 {
    let mut own = Own::default();
    add(&mut own, people, feature, level);
    add(&mut own, others, feature, if level == Level::Same { Level::Differs } else { Level::Same });
    let before = [LevelCount { feature, level, people: 20, shift: before }];
    let kept = own.kept(&Weights::shipped(), &before);
    kept.iter().find(|it| it.level == level).map_or(0.0, |it| it.shift)
}

#[test]
fn a_weight_moves_by_what_is_counted_in_steps_and_within_bounds() {
    use Feature::{Employer, Location, School, Title};
    use Level::{Close, Differs, Partial, Same};
    let table = [
        // As often as the shipped weights expect (.1065), or nearly; and of few people.
        (shift(Location, Differs, [107, 893], 0.0), 0.0),
        (shift(Location, Differs, [170, 830], 0.0), 0.0),
        (shift(Location, Differs, [20, 20], 0.0), 0.0),
        (shift(Location, Same, [20, 0], 0.0), 0.0),
        // Much oftener.
        (shift(Location, Differs, [300, 700], 0.0), 0.5),
        (shift(Location, Differs, [600, 400], 0.0), 0.75),
        (shift(Location, Differs, [9_000, 100], 0.0), 1.0),
        (shift(Employer, Differs, [100, 900], 0.0), 0.5),
        (shift(Employer, Differs, [200, 800], 0.0), 1.0),
        (shift(Title, Differs, [100, 900], 0.0), 1.0),
        (shift(Title, Partial, [500, 500], 0.0), 0.75),
        // Seldomer.
        (shift(Location, Same, [400, 600], 0.0), -0.75),
        (shift(Location, Same, [300, 700], 0.0), -1.0),
        (shift(Location, Differs, [50, 950], 0.0), -0.25),
        (shift(Location, Differs, [20, 5_000], 0.0), -1.0),
        // Between two steps it stays where it was.
        (shift(Location, Differs, [270, 730], 0.25), 0.25),
        (shift(Location, Differs, [270, 730], 0.5), 0.5),
        (shift(Location, Differs, [107, 893], 0.5), 0.0),
        // A floor already stands for more than was seen, and a person in a hundred is no surprise.
        (shift(Title, Differs, [25, 2_000], 0.0), 0.0),
        (shift(School, Differs, [25, 2_300], 0.0), 0.0),
        // What no single term stands for moves nothing.
        (shift(Employer, Same, [500, 500], 0.0), 0.0),
        (shift(School, Close, [500, 500], 0.0), 0.0),
    ];
    for (at, (found, expected)) in table.into_iter().enumerate() {
        assert_eq!(found, expected, "{at}");
    }
}

#[test]
fn the_version_moves_with_the_weights_and_with_nothing_else() {
    let shipped = Matcher::shipped();
    let of = |level, people, shift| shipped.of_tenant(&[LevelCount { feature: Feature::Location, level, people, shift }]).version();
    assert_eq!(of(Level::Differs, 400, 0.0), shipped.version());
    assert_ne!(of(Level::Differs, 400, 0.5), shipped.version());
    assert_eq!(of(Level::Differs, 400, 0.5), of(Level::Differs, 401, 0.5));
    assert_eq!(of(Level::Close, 400, 0.5), shipped.version(), "no weight stands for it");
}

/// What speaks against one person stays within its floor and nought, whatever a row says.
#[test]
fn a_disagreement_never_speaks_for_one_person() {
    let bits = |feature: Feature, shift: f64| {
        let moved = Weights::shipped().of_tenant(&[LevelCount { feature, level: Level::Differs, people: 20, shift }]);
        let file = moved.to_toml();
        let section = file.split(&format!("\n[{}]\n", feature.as_str())).nth(1).unwrap().to_owned();
        let line = section.lines().find(|it| it.starts_with("differs")).unwrap().to_owned();
        line.split(['=', ',']).nth(2).unwrap().trim().parse::<f64>().unwrap()
    };
    for (feature, shift, expected) in [
        (Feature::Location, 0.5, bits(Feature::Location, 0.0) + 0.5),
        (Feature::Location, 1.0, 0.0),
        (Feature::Location, 40.0, 0.0),
        (Feature::Title, 1.0, -5.0),
        (Feature::Title, -1.0, -6.0),
        (Feature::Employer, -1.0, (bits(Feature::Employer, 0.0) - 1.0).max(-4.0)),
    ] {
        assert!((bits(feature, shift) - expected).abs() < 1e-9, "{feature:?} {shift}");
    }
}

/// A world, and the same people after so many of ten have moved.
fn moved(seed: u64, of_ten: usize) -> World {
    let mut world = World::new(&Plan { seed, profiles: 8_000, ..Plan::for_contacts(2_000) });
    let places: Vec<String> = world.account.contacts.iter().map(|it| it.location.clone()).filter(|it| !it.is_empty()).collect();
    for (at, it) in world.account.contacts.iter_mut().enumerate().filter(|it| it.0 % 10 < of_ten && !it.1.location.is_empty()) {
        it.location.clone_from(&places[(at * 7 + 3) % places.len()]);
    }
    world
}

/// Right badges, wrong ones, and what is kept.
fn night(world: &World, index: &Memory, matcher: &Matcher) -> ([usize; 2], Vec<LevelCount>) {
    let read = |line: &str| Person::of_candidate(&serde_json::from_str::<RawPerson>(line).unwrap());
    let people: Vec<Person> = candidates_jsonl(&world.account).lines().map(read).collect();
    let views: Vec<_> = people.iter().map(Person::view).collect();
    let mut counts = Counts::default();
    views.iter().for_each(|it| counts.add(it));
    let judged = Linker::new(index, matcher).judge(&views, &counts, None).unwrap();
    let mut own = Own::default();
    judged.iter().for_each(|it| own.add(&it.verdict));
    (badges(&world.truth, &judged), own.kept(&Weights::shipped(), &[]))
}

fn badges(truth: &Truth, judged: &[Judged]) -> [usize; 2] {
    let worn = truth.rows.iter().zip(judged).filter(|it| it.1.verdict.decision == Decision::Match);
    let (right, wrong): (Vec<_>, Vec<_>) =
        worn.partition(|(row, it)| it.verdict.best.as_ref().is_some_and(|best| row.profiles.contains(&best.profile)));
    [right.len(), wrong.len()]
}

/// The badges of four worlds after so many of ten have moved, right and wrong ones: in a first night, and in one that weighs with what the
/// first has counted.
fn nights(of_ten: usize) -> [[usize; 2]; 2] {
    let mut all = [[0; 2]; 2];
    for world in [41, 42, 43, 44].map(|seed| moved(seed, of_ten)) {
        let index = Memory::build(world.profiles.iter().map(entry)).unwrap();
        let (first, kept) = night(&world, &index, &Matcher::shipped());
        let (second, _) = night(&world, &index, &Matcher::shipped().of_tenant(&kept));
        for (sum, found) in all.as_flattened_mut().iter_mut().zip([first, second].as_flattened()) {
            *sum += found;
        }
    }
    all
}

#[test]
fn people_who_moved_are_found_and_others_as_before() {
    // Of ten people so many have moved, and of a thousand right badges so many are gained at least.
    for (of_ten, gained) in [(0, 0), (8, 10)] {
        let [first, second] = nights(of_ten);
        assert!(second[0] * 1_000 >= first[0] * (1_000 + gained), "{of_ten}: {first:?} {second:?}");
        // Of ten that are gained nine are right, as of others in that much doubt; and of a hundred of all, 99.
        assert!((second[1] - first[1].min(second[1])) * 10 <= second[0] - first[0], "{of_ten}: {first:?} {second:?}");
        assert!(second[1] * 100 <= second[0] + second[1], "{of_ten}: {first:?} {second:?}");
    }
}
