from dashboard.upload.intake import take_in
from tests.unit.dashboard.upload.conftest import zipped


def test_images_alone_and_in_archives_are_found_in_order(upload):
    archive = zipped({"b/2.JPG": b"two", "b/": b"", "b/c/3.webp": b"three"})
    intake = take_in([upload("1.png", b"one"), upload("scans.ZIP", archive)])
    assert [(image.name, image.read()) for image in intake.images] == [
        ("1.png", b"one"),
        ("b/2.JPG", b"two"),
        ("b/c/3.webp", b"three"),
    ]
    assert not intake.troubles


def test_an_archive_by_another_name_is_opened_all_the_same(upload):
    assert len(take_in([upload("scans.png", zipped({"1.png": b"one"}))]).images) == 1


def test_what_is_no_image_is_passed_over_and_what_is_hidden_ignored(upload):
    members = {"__MACOSX/._1.png": b"", ".DS_Store": b"", "a/.hidden/1.png": b"", "notes.txt": b"", "inner.zip": b""}
    intake = take_in([upload("scans.zip", zipped(members)), upload("table.csv", b"")])
    assert intake.images == []
    assert intake.passed_over == 3


def test_labels_are_read_wherever_they_are(upload):
    archive = zipped({"b/labels.csv": b"file,label\n2.png,22\n", "b/2.png": b""})
    intake = take_in([upload("labels.csv", b"file,label\n1.png,7\n"), upload("scans.zip", archive)])
    assert intake.labels == {"1.png": "7", "b/2.png": "22"}
    assert intake.passed_over == 0


def test_troubles_name_the_file_and_spare_the_others(upload):
    intake = take_in(
        [upload("cut.zip", zipped({"1.png": b""})[:20]), upload("labels.csv", b"?"), upload("ok.png", b"one")]
    )
    assert [image.name for image in intake.images] == ["ok.png"]
    assert intake.troubles[0].startswith("cut.zip: The archive is damaged")
    assert "first line" in intake.troubles[1]


def test_nothing_is_unpacked_before_its_turn(upload):
    content = bytearray(zipped({"1.png": bytes(range(256)) * 8}))
    content[60:90] = bytes(30)
    assert len(take_in([upload("scans.zip", bytes(content))]).images) == 1


def test_a_browsers_folder_is_not_part_of_the_name(upload):
    assert take_in([upload("C:\\scans\\1.png", b"")]).images[0].name == "1.png"
