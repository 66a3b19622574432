"""The address of a database: its password is beside it, and nowhere else."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import InputError, Study
from nabij.outside.address import Address, masked
from nabij.study import Register

URL = "postgresql://me:s3cret@host:5432/firms?sslmode=require&sslpassword=s3cret2"
SHOWN = "postgresql://me@host:5432/firms?sslmode=require"


def study(**keys):
    return {"register": {"database": URL, "code": "sbi", "x": "x", "y": "y", **keys}}


def test_an_address_is_shown_without_its_passwords_and_logs_in_with_them():
    address = Address.parse(URL)
    assert str(address) == SHOWN
    assert address.login.get_secret_value() == URL
    for shown in (repr(address), f"{address}", str(vars(address)), str(pickle.dumps(address))):
        assert "s3cret" not in shown


def test_a_study_holds_no_password_in_any_form():
    made = Study.from_dict(study())
    for shown in (
        repr(made),
        str(made),
        made.model_dump_json(),
        str(made.model_dump()),
        str(made.model_dump(mode="json")),
        str(pickle.dumps(made)),
        str(pickle.dumps(made.model_dump())),
        str(pickle.dumps(made.model_dump(mode="json"))),
    ):
        assert "s3cret" not in shown
    assert made.register.source == SHOWN
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_copy_of_a_study_still_logs_in():
    made = Study.from_dict(study())
    for other in (copy.deepcopy(made), made.model_copy(), Study(**made.model_dump())):
        assert other.register.database.login.get_secret_value() == URL


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:s3cret@host@other/firms",
        "postgresql://me:s3/cret@host/firms",
        "postgresql://me:s3%cret@host/firms",
        "postgresql://me:s3%00cret@host/firms",
        "postgresql://me:s3 cret@host/firms",
        "mysql://me:s3cret@host/firms",
        ["postgresql://me:s3cret@host/firms"],
        {"url": "postgresql://me:s3cret@host/firms"},
    ],
)
def test_what_is_no_address_is_not_repeated(text):
    with pytest.raises(InputError) as caught:
        Study.from_dict(study(database=text))
    assert str(caught.value) == (
        "study: [register] database: is no address of a database; write "
        "postgresql://user@host:5432/database (in a user or password write @ as %40, : as %3A, "
        "/ as %2F, % as %25)"
    )


@given(st.text(min_size=1))
def test_whatever_the_password_no_error_says_it(password):
    secret = f"S3{password}S3"
    try:
        shown = str(Address.parse(f"postgresql://me:{secret}@host/firms"))
    except ValueError as error:
        shown = str(error)
    assert secret not in shown


def test_a_register_comes_from_one_place():
    for keys, said in (
        ({"path": "r.csv"}, "give either path (a file) or database (its address), one of the two"),
        ({"database": None}, "path: missing; add it, or database for a register in PostgreSQL"),
        (
            {"query": "r.sql", "layer": "firms"},
            "give either layer (a table or view) or query (a file with a SELECT)",
        ),
        (
            {"database": None, "path": "r.csv", "query": "r.sql"},
            "query is of a database; a file is read whole, or by layer",
        ),
    ):
        content = study(**keys)
        content["register"] = {k: v for k, v in content["register"].items() if v is not None}
        with pytest.raises(InputError) as caught:
            Study.from_dict(content)
        assert str(caught.value) == f"study: [register]: {said}"


def test_a_register_built_alone_repeats_no_password():
    with pytest.raises(ValueError, match="one of the two") as caught:
        Register(database=URL, path="r.csv", code="sbi")
    assert "s3cret" not in str(caught.value)


def test_an_address_as_path_is_said_to_be_one():
    with pytest.raises(InputError) as caught:
        Study.from_dict({"register": {"path": URL, "code": "sbi"}})
    assert str(caught.value) == (
        "study: [register] path: is the address of a database; write it as database = in [register]"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"[register]\ndatabase = {URL}\n",
        f"[register]\ndatabase = “{URL}”\n",
        f'[register]\ndatabase = "{URL}\n',
        f'register = "{URL}"\n',
        f'[register]\ncode = "a"\npath = "r.csv"\nsynthetic = "{URL}"\n',
        f'[register]\ncode = "a"\npath = "r.csv"\nyears = ["{URL}"]\n',
    ],
)
def test_a_slip_of_the_pen_shows_no_password(tmp_path, text):
    (tmp_path / "study.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        Study.from_toml(tmp_path / "study.toml")
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'study.toml'}: ")


def test_text_is_masked_to_the_last_sign_of_its_line():
    assert masked("at postgresql://me:a b@c@host/x\nnext") == "at postgresql://me:***@host/x\nnext"
    assert masked("postgres:/me:pw@host") == "postgres:/me:***@host"
    assert masked("postgresql://me@host/x") == "postgresql://me@host/x"
