"""Flask-Admin with 45 people and their teams. Usage: python flask_site.py <port>"""
import sys

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import StaticPool

app = Flask(__name__)
app.config.update(
    SECRET_KEY="only for pages that are tried on this machine",
    SQLALCHEMY_DATABASE_URI="sqlite://",
    SQLALCHEMY_ENGINE_OPTIONS={"poolclass": StaticPool, "connect_args": {"check_same_thread": False}},
)
db = SQLAlchemy(app)


class Team(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))

    def __str__(self):
        return self.name


class Person(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
    city = db.Column(db.String(40))
    active = db.Column(db.Boolean)
    team_id = db.Column(db.ForeignKey("team.id"))
    team = db.relationship(Team)


class PersonView(ModelView):
    column_list = ["name", "city", "team"]
    column_searchable_list = ["name", "city"]
    column_filters = ["city"]


admin = Admin(app, name="Staff")
admin.add_view(PersonView(Person, db.session, name="People"))
admin.add_view(ModelView(Team, db.session, name="Teams"))

with app.app_context():
    db.create_all()
    teams = [Team(name=name) for name in ("Red", "Green", "Blue")]
    db.session.add_all(teams)
    for at in range(1, 46):
        city = ["Oslo", "Rome", "Bern"][at % 3]
        db.session.add(Person(name=f"P{at}", city=city, active=at % 2 == 0, team=teams[at % 3]))
    db.session.commit()
app.run("127.0.0.1", int(sys.argv[1]))
