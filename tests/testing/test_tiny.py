import numpy as np

from lorewise.testing.tiny import tiny_world


def test_rows_are_sorted_by_user_then_time() -> None:
    dataset = tiny_world().dataset
    keys = dataset.user_numbers * 1e10 + (dataset.timestamps_s - dataset.timestamps_s.min())
    assert (np.diff(keys) >= 0).all()


def test_people_like_their_cluster_and_dislike_the_other() -> None:
    world = tiny_world()
    dataset = world.dataset
    same = world.item_clusters[dataset.item_numbers] == world.user_clusters[dataset.user_numbers]
    assert same[dataset.weights > 0].mean() > 0.9
    assert not same[dataset.weights < 0].any()
    likes, dislikes = (dataset.ratings[dataset.weights * sign > 0] for sign in (1, -1))
    assert likes.min() >= dislikes.max()


def test_vectors_are_near_within_a_cluster() -> None:
    world = tiny_world()
    cosines = world.vectors @ world.vectors.T
    same = world.item_clusters[:, None] == world.item_clusters
    known = np.arange(len(cosines)) != world.bare_item
    block = np.ix_(known, known)
    assert cosines[block][same[block]].mean() > cosines[block][~same[block]].mean() + 0.5
    assert not world.vectors[world.bare_item].any()


def test_other_ids_give_the_same_world_renumbered() -> None:
    world, renamed = tiny_world(), tiny_world(id_prefix="x-")
    there = renamed.dataset.items.numbers([f"x-{key}" for key in world.dataset.items.ids])
    assert (there != np.arange(len(there))).any()
    np.testing.assert_array_equal(renamed.vectors[there], world.vectors)
    np.testing.assert_array_equal(renamed.item_clusters[there], world.item_clusters)
    user_there = renamed.dataset.users.numbers([f"x-{key}" for key in world.dataset.users.ids])
    theirs = renamed.dataset.queries(user_there)
    ours = world.dataset.queries()
    np.testing.assert_array_equal(theirs.item_numbers, there[ours.item_numbers])
    np.testing.assert_array_equal(theirs.weights, ours.weights)
    ours_next = world.held_out
    expected = np.where(ours_next >= 0, there[ours_next], -1)
    np.testing.assert_array_equal(renamed.held_out[user_there], expected)


def test_one_user_and_five_items_have_no_interactions() -> None:
    world = tiny_world()
    assert (np.diff(world.dataset.offsets) == 0).sum() == 1
    assert world.is_cold.sum() == 5
    assert world.is_cold[world.bare_item]
