import sys

from utils import bench

bench.main(*sys.argv[1:])
